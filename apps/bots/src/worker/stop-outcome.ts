/**
 * What a stop sends, of what is there then: entries go first, then the position, and what protects it last; on spot, where
 * the coin is locked by what protects it, before the position.
 */
import { BotOrder, BotStopMode, StepIntent } from '@elvis/contracts';
import { Decimal, Market, floorToStep } from '@elvis/trading';

const PROTECTIONS: ReadonlySet<string> = new Set(['STOP', 'TARGET', 'TRAILING']);

export const isProtection = ({ role }: Pick<BotOrder, 'role'>): boolean => PROTECTIONS.has(role);

/** All that it is decided by, as it is recorded. */
export interface StopInputs {
  readonly planner: 'stop';
  /** `b.<bot>.<run>.<step>` */
  readonly stepId: string;
  readonly mode: BotStopMode;
  readonly market: Market;
  readonly symbol: string;
  readonly orders: readonly Pick<BotOrder, 'clientOrderId' | 'role'>[];
  /** Signed. */
  readonly position: string;
  /** What can be sold is a multiple of it. */
  readonly stepSize: string;
}

export function stopOutcome({ stepId, mode, market, symbol, orders, position, stepSize }: StopInputs): {
  readonly intents: readonly StepIntent[];
  readonly reasons: readonly string[];
} {
  const because = `the bot is stopped: ${mode}`;
  const intents: StepIntent[] = [];
  const cancel = ({ clientOrderId, role }: StopInputs['orders'][number]): void => {
    const n = intents.length + 1;
    intents.push({ n, action: 'CANCEL', clientOrderId, terms: {}, role, opens: false, because });
  };
  if (mode !== 'keep') orders.filter((order) => !isProtection(order)).forEach(cancel);
  const isSpot = market === 'spot';
  if (mode === 'flatten' && isSpot) orders.filter(isProtection).forEach(cancel);
  const held = new Decimal(position);
  const closes = floorToStep(held.abs(), new Decimal(stepSize));
  if (mode === 'flatten' && closes.gt(0)) {
    const n = intents.length + 1;
    const terms = {
      market,
      symbol,
      side: held.isNegative() ? 'BUY' : 'SELL',
      type: 'MARKET',
      quantity: closes.toFixed(),
      ...(!isSpot && { reduceOnly: true }),
    };
    const clientOrderId = `${stepId}.${n.toString(36)}`;
    intents.push({ n, action: 'SUBMIT', clientOrderId, terms, role: 'EXIT', opens: false, because });
  }
  if (mode === 'flatten' && !isSpot) orders.filter(isProtection).forEach(cancel);
  return { intents, reasons: intents.length > 0 ? [because] : [`${because}; there is nothing to send`] };
}
