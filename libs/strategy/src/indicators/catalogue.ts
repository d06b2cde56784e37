/**
 * The indicators an author can name, from `trading-signals`. Each uses only + - x / and the square root, which IEEE 754
 * makes the same everywhere, so that another machine or version of Node cannot change a bit.
 */
import { ATR, BollingerBands, EMA, MACD, RSI, SMA } from 'trading-signals';
import { Candle } from './candle';
import { Indicator, RunningIndicator } from './indicator';

/** An average that forgets by 2 / (n + 1) a candle has forgotten all but 2e-9 of its start after ten times n. */
const EXPONENTIAL = 10;
/** Wilder's average forgets by 1 / n: twice as slowly. */
const WILDER = 20;

interface Update<Input, Value> {
  add(input: Input): Value | null;
}

const fedBy = <Input, Value>(
  source: Update<Input, Value>,
  input: (candle: Candle) => Input,
): RunningIndicator<Value> => ({ add: (candle) => source.add(input(candle)) });

const close = (candle: Candle): number => candle.close;

/** Exponential moving average of the close over `length` candles. */
export const ema = <Feed extends string>(feed: Feed, length: number): Indicator<Feed, number> => ({
  feed,
  warmUp: EXPONENTIAL * length,
  begin: () => fedBy(new EMA(length), close),
});

/** Mean of the last `length` closes. */
export const sma = <Feed extends string>(feed: Feed, length: number): Indicator<Feed, number> => ({
  feed,
  warmUp: length,
  begin: () => fedBy(new SMA(length), close),
});

/** Wilder's relative strength index of the close: 0 to 100. */
export const rsi = <Feed extends string>(feed: Feed, length: number): Indicator<Feed, number> => ({
  feed,
  warmUp: WILDER * length,
  begin: () => fedBy(new RSI(length), close),
});

/** Wilder's average true range, in the price's unit. */
export const atr = <Feed extends string>(feed: Feed, length: number): Indicator<Feed, number> => ({
  feed,
  warmUp: WILDER * length,
  begin: () => fedBy(new ATR(length), (candle) => candle),
});

export interface Bands {
  readonly lower: number;
  readonly middle: number;
  readonly upper: number;
}

/** Mean of the last `length` closes, and so many of their standard deviations around it. */
export const bollinger = <Feed extends string>(
  feed: Feed,
  length: number,
  deviations: number,
): Indicator<Feed, Bands> => ({
  feed,
  warmUp: length,
  begin: () => fedBy(new BollingerBands(length, deviations), close),
});

export interface MacdReading {
  readonly macd: number;
  readonly signal: number;
  readonly histogram: number;
}

/** Distance of two exponential averages of the close, its own average (signal), and the distance of those two. */
export const macd = <Feed extends string>(
  feed: Feed,
  { fast, slow, signal }: { readonly fast: number; readonly slow: number; readonly signal: number },
): Indicator<Feed, MacdReading> => ({
  feed,
  warmUp: EXPONENTIAL * (slow + signal),
  begin: () => fedBy(new MACD(new EMA(fast), new EMA(slow), new EMA(signal)), close),
});

/** Highest high and lowest low of the `length` candles before this one. */
export const channel = <Feed extends string>(feed: Feed, length: number): Indicator<Feed, Bands> => ({
  feed,
  warmUp: length + 1,
  begin: () => {
    const before: Candle[] = [];
    return {
      add(candle) {
        const isFull = before.length === length;
        const upper = isFull ? Math.max(...before.map(({ high }) => high)) : 0;
        const lower = isFull ? Math.min(...before.map(({ low }) => low)) : 0;
        before.push(candle);
        if (before.length > length) before.shift();
        return isFull ? { lower, middle: (lower + upper) / 2, upper } : null;
      },
    };
  },
});
