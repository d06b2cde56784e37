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

const INTERVALS = {
  '1m': 60_000,
  '3m': 180_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '2h': 7_200_000,
  '4h': 14_400_000,
  '6h': 21_600_000,
  '12h': 43_200_000,
  '1d': 86_400_000,
} as const;

export type Interval = keyof typeof INTERVALS;

export const intervalMs = (interval: Interval): number => INTERVALS[interval];
export const isInterval = (text: string): text is Interval => Object.hasOwn(INTERVALS, text);
export const INTERVAL_NAMES = Object.keys(INTERVALS) as readonly Interval[];
