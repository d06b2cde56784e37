/** Binance's intervals from a minute on, all in UTC: weeks begin on Monday, months on their first. */
import { MINUTE_MS } from './candle';

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** 1970-01-05, a Monday; every shorter interval begins there as well. */
export const WEEKS_BEGIN_MS = 4 * DAY_MS;

/** Their lengths; a month has none of its own. */
const LENGTHS_MS = {
  '1m': MINUTE_MS,
  '3m': 3 * MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS,
  '6h': 6 * HOUR_MS,
  '12h': 12 * HOUR_MS,
  '1d': DAY_MS,
  '1w': 7 * DAY_MS,
} as const;

export const CANDLE_INTERVALS = [...(Object.keys(LENGTHS_MS) as (keyof typeof LENGTHS_MS)[]), '1M'] as const;
export type CandleInterval = (typeof CANDLE_INTERVALS)[number];

/** In milliseconds, of every interval but the month. */
export const intervalLengthMs = (interval: Exclude<CandleInterval, '1M'>): number => LENGTHS_MS[interval];

/** When the interval that holds `timeMs` began. */
export function intervalStart(interval: CandleInterval, timeMs: number): number {
  if (interval === '1M') return monthStart(timeMs, 0);
  const lengthMs = LENGTHS_MS[interval];
  const since = (timeMs - WEEKS_BEGIN_MS) % lengthMs;
  return timeMs - (since < 0 ? since + lengthMs : since);
}

/** When the interval that begins at `openTimeMs` is over, exclusive. */
export function intervalEnd(interval: CandleInterval, openTimeMs: number): number {
  return interval === '1M' ? monthStart(openTimeMs, 1) : openTimeMs + LENGTHS_MS[interval];
}

/** When the `count`th interval before the one that begins at `openTimeMs` began. */
export function intervalsBefore(interval: CandleInterval, openTimeMs: number, count: number): number {
  return interval === '1M' ? monthStart(openTimeMs, -count) : openTimeMs - count * LENGTHS_MS[interval];
}

/** The first of the month that is `later` months behind the one of `timeMs`. */
function monthStart(timeMs: number, later: number): number {
  /* eslint-disable no-restricted-globals -- the calendar, not the clock */
  const date = new Date(timeMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later);
  /* eslint-enable no-restricted-globals */
}
