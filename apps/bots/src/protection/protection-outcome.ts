/** What a step that protects sends: a function of what it was given, so that it can be worked out again from the record. */
import { BotProtectionTerms, OrderView, StepIntent, StepRole } from '@elvis/contracts';
import { Decimal, InstrumentMessage, fromInstrumentMessage } from '@elvis/trading';
import { planProtection } from './domain/plan-protection';
import { CloseReason, ProtectionAction, ProtectionGiven } from './domain/protection-actions';
import { STEP_ROLE_OF, roleOf } from './domain/protection-ids';
import { readTerms } from './guard';

/** What a protection is planned by, as plain data; amounts are decimals as text. */
export interface ProtectionFactsMessage extends Pick<
  ProtectionGiven,
  'step' | 'botConfigId' | 'refused' | 'reached' | 'close' | 'nowMs'
> {
  readonly instrument: InstrumentMessage;
  /** Null while the bot is flat. */
  readonly held: {
    readonly quantity: string;
    readonly entryPrice: string;
    readonly added: string;
    readonly openedAtMs: number;
    readonly extreme: string;
  } | null;
  readonly terms: BotProtectionTerms | null;
  /** What the symbol is worth now; null where nothing fresh says so. */
  readonly price: string | null;
  readonly orders: readonly OrderView[];
}

export interface ProtectionInputs extends ProtectionFactsMessage {
  readonly planner: 'protection';
  /** Entries whose time is over. */
  readonly expired: readonly string[];
}

/** Nothing is sent at all: trading is halted, or a stop closes the position. */
export interface IdleInputs {
  readonly planner: 'halted' | 'flattening';
}

export interface ProtectionOutcome {
  /** In the order in which they are sent; `intents` are the same as they are recorded. */
  readonly actions: readonly ProtectionAction[];
  readonly intents: readonly StepIntent[];
  readonly closing: CloseReason | null;
  readonly reasons: readonly string[];
}

export function protectionOutcome(inputs: ProtectionInputs): ProtectionOutcome {
  const { actions: planned, closing } = planProtection(readGiven(inputs));
  const late = inputs.expired.map((clientOrderId): ProtectionAction => ({
    kind: 'cancel',
    clientOrderId,
    because: 'The entry has not filled in the time it was given',
  }));
  const actions = [...planned, ...late];
  const reasons = actions.map(({ because }) => because);
  return {
    actions,
    intents: actions.map((action, at) => intentOf(action, at + 1)),
    closing,
    reasons: reasons.length > 0 ? reasons : ['the protections are as they are wanted'],
  };
}

export const idleOutcome = ({ planner }: IdleInputs) => ({
  intents: [],
  reasons: [
    planner === 'halted'
      ? 'trading is halted, or Redis cannot tell: nothing is sent'
      : 'the bot is being stopped, and its stop closes the position',
  ],
});

/** Plain data as the rules want it. */
export function readGiven({
  instrument,
  held,
  terms,
  price,
  ...given
}: ProtectionFactsMessage): ProtectionGiven {
  return {
    ...given,
    instrument: fromInstrumentMessage(instrument),
    held: held
      ? {
          quantity: new Decimal(held.quantity),
          entryPrice: new Decimal(held.entryPrice),
          added: new Decimal(held.added),
          openedAtMs: held.openedAtMs,
          extreme: new Decimal(held.extreme),
        }
      : undefined,
    terms: readTerms(terms),
    price: price === null ? null : new Decimal(price),
  };
}

function intentOf(action: ProtectionAction, n: number): StepIntent {
  const { because } = action;
  switch (action.kind) {
    case 'cancel': {
      const { clientOrderId } = action;
      return {
        n,
        action: 'CANCEL',
        clientOrderId,
        terms: {},
        role: stepRole(clientOrderId),
        opens: false,
        because,
      };
    }
    case 'place': {
      const { clientOrderId, botConfigId: _bot, ...terms } = action.order;
      return {
        n,
        action: 'SUBMIT',
        clientOrderId,
        terms: { ...terms },
        role: stepRole(clientOrderId),
        opens: false,
        because,
      };
    }
    case 'place-list': {
      const { botConfigId: _bot, side: _side, ...terms } = action.list;
      const { clientOrderId } = action.list.stop;
      return { n, action: 'SUBMIT_LIST', clientOrderId, terms, role: 'STOP', opens: false, because };
    }
  }
}

/** What an order of this id is for. */
export const stepRole = (clientOrderId: string): StepRole => {
  const role = roleOf(clientOrderId);
  return role ? STEP_ROLE_OF[role] : 'EXIT';
};
