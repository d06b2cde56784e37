/** The steps of a run as records that can be held against those of a backtest: one for each candle that was stepped on. */
import { StepFill, StepRecord, WishedOrder, decisionText, plainText, positionText } from '@elvis/backtest';
import type { RunStep, StepIntent } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { StepCall } from '../step-call';

/** A fill of one of the run's orders. */
export interface RunFill extends StepFill {
  readonly clientOrderId: string;
  readonly atMs: number;
}

/** Steps of the strategy's hooks; the others are the bot's own rules. */
const HOOK_CAUSES: ReadonlySet<string> = new Set([
  'start',
  'signal',
  'fill',
  'order-closed',
  'position-closed',
]);
const WISHED: ReadonlySet<string> = new Set(['ENTRY', 'EXIT', 'GRID']);
const OWN_LIMIT = /not done \(BOT_LIMIT\)/;

type Inputs = Partial<StepCall> & {
  readonly readings?: unknown;
  readonly candles?: readonly { readonly feed: string; readonly hash: string }[];
};
type Writing = Omit<StepRecord, 'fills' | 'decisions' | 'denials'> & {
  readonly step: number;
  decisions: string[];
  denials: string[];
  fills: RunFill[];
};

/** @param span of the candles that are stepped on, milliseconds; @param initialState of the strategy */
export function botStepRecords(
  steps: readonly RunStep[],
  fills: readonly RunFill[],
  span: number,
  initialState: object,
): readonly (StepRecord & { readonly step: number })[] {
  const records: Writing[] = [];
  // What was wished before the first candle belongs to it: a backtest begins with that.
  let early: RunStep[] = [];
  for (const step of steps) {
    if (step.cause === 'candle' && step.candle) {
      records.push(recordOf(step, step.candle.openTimeMs, initialState));
      for (const each of early) add(records.at(-1)!, each);
      early = [];
    }
    if (step.cause !== 'candle' && !HOOK_CAUSES.has(step.cause)) continue;
    const last = records.at(-1);
    if (last) add(last, step);
    else early.push(step);
  }
  for (const fill of fills) {
    const at = records.findLast(({ openTimeMs }) => openTimeMs + span <= fill.atMs);
    at?.fills.push(fill);
  }
  return records.map((record) => ({ ...record, fills: wholeFills(record.fills) }));
}

function recordOf(step: RunStep, openTimeMs: number, initialState: object): Writing {
  const inputs = step.inputs as Inputs;
  const { facts, heldBack, memory, readings = {}, candles = [], parameters = {} } = inputs;
  const orders = facts?.orders.map(({ name, side, price, quantity, filled }) => ({
    name,
    side,
    price: price === null ? null : new Decimal(price),
    quantity: new Decimal(quantity),
    filled: new Decimal(filled),
  }));
  const today = { net: new Decimal(facts?.today.net ?? 0), trades: facts?.today.trades ?? 0 };
  const limited = step.reasons.find((reason) => OWN_LIMIT.test(reason));
  const intervention = step.failure ?? (heldBack ? `${heldBack.code}: ${heldBack.why}` : limited);
  return {
    step: step.step,
    openTimeMs,
    inputs: {
      candle: candlesText(candles),
      readings: plainText(readings),
      parameters: plainText(parameters),
      position: positionText(new Decimal(facts?.position ?? 0), new Decimal(facts?.entryPrice ?? 0)),
      orders: plainText(orders ?? []),
      capital: new Decimal(facts?.capital ?? 0).toFixed(),
      today: plainText(today),
      state: plainText(memory?.state ?? initialState),
    },
    decisions: [],
    denials: [],
    fills: [],
    ...(intervention !== undefined && { intervention }),
  };
}

/** Which candles a step was decided by: a hash over those of each feed. */
export const candlesText = (candles: readonly { readonly feed: string; readonly hash: string }[]): string =>
  candles.map(({ feed, hash }) => `${feed} ${hash.slice(0, 16)}`).join(', ');

function add(record: Writing, { intents, answers }: RunStep): void {
  const wished = intents.filter(({ role }) => WISHED.has(role));
  record.decisions.push(...wished.map((intent) => decisionText(wishedOrder(intent))));
  for (const { n, outcome, code } of answers)
    if (code !== undefined && outcome !== code && wished.some((intent) => intent.n === n))
      record.denials.push(code);
}

function wishedOrder({ action, role, terms, because }: StepIntent): WishedOrder {
  const { side, quantity, price } = terms as Pick<WishedOrder, 'side' | 'quantity' | 'price'>;
  return { action, role, side, quantity, price, because } as WishedOrder;
}

/** One for each order: what it filled in all, at its average price. */
function wholeFills(fills: readonly RunFill[]): readonly StepFill[] {
  const byOrder = new Map<string, RunFill[]>();
  for (const fill of fills)
    byOrder.set(fill.clientOrderId, [...(byOrder.get(fill.clientOrderId) ?? []), fill]);
  return [...byOrder.values()].map((parts) => {
    const { name, side } = parts[0]!;
    const quantity = parts.reduce((sum, part) => sum.plus(part.quantity), new Decimal(0));
    const notional = parts.reduce(
      (sum, part) => sum.plus(new Decimal(part.quantity).times(part.price)),
      new Decimal(0),
    );
    return {
      name,
      side,
      quantity: quantity.toFixed(),
      price: notional.div(quantity).toDecimalPlaces(8).toFixed(),
    };
  });
}
