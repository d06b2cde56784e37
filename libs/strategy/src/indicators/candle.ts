import { CANDLE_INTERVALS, CandleInterval, intervalLengthMs } from '@elvis/trading';

/** One sealed candle as a signal reads it: numbers, for money never. */
export interface Candle {
  /** UTC milliseconds; a multiple of the interval. */
  readonly openTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Of the base asset. */
  readonly volume: number;
}

/** Those whose candles stand at multiples of their length: not weeks, which begin on Monday, nor months. */
export type Interval = Exclude<CandleInterval, '1w' | '1M'>;

export const INTERVAL_NAMES: readonly Interval[] = CANDLE_INTERVALS.filter(
  (name): name is Interval => name !== '1w' && name !== '1M',
);
export const isInterval = (text: string): text is Interval => INTERVAL_NAMES.some((name) => name === text);
export const intervalMs: (interval: Interval) => number = intervalLengthMs;
