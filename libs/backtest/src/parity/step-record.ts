/** A step as it was taken, in a backtest or by a bot: what it was decided by, what was decided, what came of it. */
import { Decimal } from '@elvis/trading';
import { PositionFact, Strategy } from '@elvis/strategy';
import { CandleColumns } from '../data/candle-columns';
import { BacktestSetup, runBacktest } from '../engine/backtest';
import { WishedOrder } from '../engine/running';

export interface StepFill {
  readonly name: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: string;
  readonly price: string;
}

export interface StepRecord {
  /** Of the main candle that was stepped on; UTC milliseconds. */
  readonly openTimeMs: number;
  /** As text, in the order in which a difference is looked for: what comes from the market before what the bot was left with. */
  readonly inputs: Readonly<Record<StepInput, string>>;
  /** Each order that was wished, with its reason (`decisionText`); those of its fills until the next step included. */
  readonly decisions: readonly string[];
  readonly fills: readonly StepFill[];
  /** Codes by which risk or the exchange refused an order. */
  readonly denials: readonly string[];
  /** What kept the step or its entries back: paused, halted, late. */
  readonly intervention?: string;
}

/** The first three are given to the bot; the others follow from what it did before. */
export const STEP_INPUTS = [
  'candle',
  'readings',
  'parameters',
  'position',
  'orders',
  'capital',
  'today',
  'state',
] as const;
export type StepInput = (typeof STEP_INPUTS)[number];

export const decisionText = ({ action, role, side, quantity, price, because }: WishedOrder): string =>
  [action, role, side, quantity, price && `at ${price}`].filter(Boolean).join(' ') + `: ${because}`;

/** Plain data as text, the same for the same data in whatever order its names stand. */
export const plainText = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );

/** @param quantity signed */
export const positionText = (quantity: Decimal, entryPrice: Decimal): string =>
  quantity.isZero() ? 'flat' : `${quantity.toFixed()} at ${entryPrice.toDecimalPlaces(8).toFixed()}`;

interface Writing {
  openTimeMs: number;
  inputs: StepRecord['inputs'];
  decisions: string[];
  fills: StepFill[];
  denials: string[];
}

/**
 * Every step of a backtest.
 *
 * @param candleText names the candles that the step on this one was decided by
 * @throws RangeError, ParameterProblems as the backtest does
 */
export function recordSteps(
  setup: BacktestSetup,
  data: CandleColumns,
  candleText: (openTimeMs: number, candle: object) => string = (_, candle) => plainText(candle),
): readonly StepRecord[] {
  const records: Writing[] = [];
  const strategy = recorded(setup.strategy, records, candleText);
  const onOrder = (order: WishedOrder): void => void records.at(-1)?.decisions.push(decisionText(order));
  runBacktest({ ...setup, strategy, onOrder }, data);
  return records;
}

const heldText = ({ isShort, quantity, entryPrice }: PositionFact): string =>
  positionText(isShort ? quantity.negated() : quantity, entryPrice);

/** The strategy as it is, with each of its steps written down before its hook is called. */
const recorded = (
  strategy: Strategy,
  records: Writing[],
  candleText: (openTimeMs: number, candle: object) => string,
): Strategy => ({
  ...strategy,
  prepare(bot, given) {
    const prepared = strategy.prepare(bot, given);
    const { hooks } = prepared;
    const parameters = plainText(given ?? {});
    return {
      ...prepared,
      hooks: {
        ...hooks,
        onCandle(t) {
          const { candle, position, orders, capital, today, state } = t;
          const { openTimeMs } = candle;
          const inputs = {
            candle: candleText(openTimeMs, candle),
            readings: plainText(t.now),
            parameters,
            position: heldText(position),
            orders: plainText(orders),
            capital: capital.toFixed(),
            today: plainText({ net: today.net, trades: today.trades }),
            state: plainText(state),
          };
          records.push({ openTimeMs, inputs, decisions: [], fills: [], denials: [] });
          hooks.onCandle(t);
        },
        onFill(t, fill) {
          const { name, side, quantity, price } = fill;
          records.at(-1)?.fills.push({ name, side, quantity: quantity.toFixed(), price: price.toFixed() });
          hooks.onFill?.(t, fill);
        },
        onOrderClosed(t, order) {
          if (order.code !== undefined) records.at(-1)?.denials.push(order.code);
          hooks.onOrderClosed?.(t, order);
        },
      },
    };
  },
});
