/** A step as it was taken, in a backtest or by a bot: what it was decided by, what was decided, what came of it. */
import { Strategy } from '@elvis/strategy';
import { CandleColumns } from '../data/candle-columns';
import { BacktestSetup, runBacktest } from '../engine/backtest';

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
  /** Each wish as text, with its reason; those of its fills until the next step included. */
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

interface Writing {
  openTimeMs: number;
  inputs: StepRecord['inputs'];
  decisions: string[];
  fills: StepFill[];
  denials: string[];
}

/** Every step of a backtest. @throws RangeError, ParameterProblems as the backtest does */
export function recordSteps(setup: BacktestSetup, data: CandleColumns): readonly StepRecord[] {
  const records: Writing[] = [];
  const strategy = recorded(setup.strategy, records);
  const observe: BacktestSetup['observe'] = (_, wishes) =>
    records.at(-1)?.decisions.push(...wishes.map((wish) => JSON.stringify(wish)));
  runBacktest({ ...setup, strategy, observe }, data);
  return records;
}

/** The strategy as it is, with each of its steps written down before its hook is called. */
const recorded = (strategy: Strategy, records: Writing[]): Strategy => ({
  ...strategy,
  prepare(bot, given) {
    const prepared = strategy.prepare(bot, given);
    const { hooks, params } = prepared;
    const parameters = JSON.stringify(params);
    return {
      ...prepared,
      hooks: {
        onStart: hooks.onStart?.bind(hooks),
        onStop: hooks.onStop?.bind(hooks),
        onPositionClosed: hooks.onPositionClosed?.bind(hooks),
        onCandle(t) {
          const { candle, position, orders, capital, today, state } = t;
          const inputs = {
            candle: JSON.stringify(candle),
            readings: JSON.stringify(t.now),
            parameters,
            position: JSON.stringify(position),
            orders: JSON.stringify(orders),
            capital: capital.toFixed(),
            today: JSON.stringify(today),
            state: JSON.stringify(state),
          };
          const { openTimeMs } = candle;
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
