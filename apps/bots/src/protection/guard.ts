/** What the bot's journal remembers of the protection of its position, and how each event changes that. */
import {
  BotCloseReason,
  BotConfigView,
  BotGuard,
  BotOrder,
  BotPosition,
  BotProtectionTerms,
  BotStanding,
  IntentAnswer,
  OFF,
  OrderView,
} from '@elvis/contracts';
import { Decimal, FAILURES, ORDER_STATUSES } from '@elvis/trading';
import { NEVER_COUNTED } from './refusal-codes';
import { NO_PROTECTION, ProtectionTerms } from './domain/levels';
import { roleOf } from './domain/protection-ids';

export const NO_GUARD: BotGuard = { terms: null, reached: 0, refused: [], closing: null };

/** Closed because it could not be protected: once it is flat, a person has to look. */
export type FaultingClose = Extract<BotCloseReason, 'stop-passed' | 'stop-refused' | 'unprotected'>;

export const endsInFault = (closing: BotCloseReason | null): closing is FaultingClose =>
  closing === 'stop-passed' || closing === 'stop-refused' || closing === 'unprotected';

/** After an event of one of the bot's orders, by which its position may have changed. */
export function guardAfter(
  { guard, config, position: before }: BotStanding,
  position: BotPosition,
  known: BotOrder | undefined,
  { order, isOver }: { readonly order: OrderView; readonly isOver: boolean },
): BotGuard {
  if (position.entryPrice === null)
    return { ...NO_GUARD, closing: endsInFault(guard.closing) ? guard.closing : null };
  const isNew =
    before.entryPrice === null ||
    new Decimal(before.quantity).isNegative() !== new Decimal(position.quantity).isNegative();
  const held = isNew ? { ...NO_GUARD, terms: known?.protections ?? termsOfConfig(config) } : guard;
  const role = roleOf(order.clientOrderId);
  if (role === undefined || isNew) return held;
  if (role === 'target' && order.status === 'FILLED' && isOver) return { ...held, reached: held.reached + 1 };
  if (order.status !== 'REJECTED') return held;
  const { clientOrderId, code = '', reason } = order;
  return withRefused(held, { clientOrderId, code, ...(reason !== undefined && { reason }) });
}

/** Whether there is anything to place, to move or to take away for its position. */
export const isProtecting = ({ guard: { terms }, orders }: BotStanding): boolean =>
  (terms !== null && Object.values(terms).some((wish) => wish !== null)) ||
  orders.some(({ clientOrderId }) => roleOf(clientOrderId) !== undefined);

/** A stop that flattens closes the position itself, and takes the protections away last. */
export const isFlattening = ({ state, stop }: BotStanding): boolean =>
  state === 'STOPPING' && stop?.mode === 'flatten';

/** After the answers to a step that protects. */
export const guardAnswered = (guard: BotGuard, answers: readonly IntentAnswer[]): BotGuard =>
  answers.reduce((before, { clientOrderId, action, outcome, code, message }) => {
    const isPlacing = action === 'SUBMIT' || action === 'SUBMIT_LIST';
    if (!isPlacing || !isRefusal(outcome) || roleOf(clientOrderId) === undefined) return before;
    return withRefused(before, {
      clientOrderId,
      code: code ?? outcome,
      ...(message !== undefined && { reason: message }),
    });
  }, guard);

/** By the exchange, or by risk, which is told by the denial's code; a failure has judged nothing. */
export const isRefusal = (outcome: string): boolean =>
  outcome === 'REJECTED' ||
  outcome === 'DENIED' ||
  !((ORDER_STATUSES as readonly string[]).includes(outcome) || outcome in FAILURES);

/** What was never judged on its merits, in a halt say, is no refusal; and one order is refused once. */
function withRefused(guard: BotGuard, refused: BotGuard['refused'][number]): BotGuard {
  const isKnown = guard.refused.some(({ clientOrderId }) => clientOrderId === refused.clientOrderId);
  if (isKnown || NEVER_COUNTED.has(refused.code)) return guard;
  return { ...guard, refused: [...guard.refused, refused] };
}

/** Of a position whose entry is not known any more, such as one that an earlier run left. */
function termsOfConfig({ protections = {} }: BotConfigView): BotProtectionTerms {
  const { stopLoss, takeProfit, trailingStop, maxHoldMs } = protections;
  const wished = (text: string | undefined): string | null =>
    text === undefined || text === OFF ? null : text;
  return {
    stop: wished(stopLoss),
    target: wished(takeProfit),
    trailing: wished(trailingStop),
    timeMs: maxHoldMs || null,
  };
}

export function readTerms(kept: BotProtectionTerms | null): ProtectionTerms {
  if (!kept) return NO_PROTECTION;
  const { stop, target, trailing, timeMs } = kept;
  const rungs = typeof target === 'string' ? [{ at: target, share: '1' }] : (target ?? []);
  return {
    stop: stop === null ? null : new Decimal(stop),
    targets: rungs.map(({ at, share }) => ({ at: new Decimal(at), share: new Decimal(share) })),
    trailing: trailing === null ? null : new Decimal(trailing),
    timeMs,
  };
}
