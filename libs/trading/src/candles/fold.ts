/** Larger intervals, summed from minutes. */
import { Candle, MINUTE_MS } from './candle';
import { CandleInterval, intervalEnd, intervalStart } from './intervals';
import { squareUnitsText, toSquareUnits, toUnits, unitsText } from './units';

export interface FoldedCandle extends Candle {
  /** Of how many minutes it is made; fewer than its interval has: some are missing, or not over yet. */
  readonly minutes: number;
}

/** How many minutes the interval that begins at `openTimeMs` has. */
export const minutesIn = (interval: CandleInterval, openTimeMs: number): number =>
  (intervalEnd(interval, openTimeMs) - openTimeMs) / MINUTE_MS;

/** Sums candles of a minute, each minute once and in order of time. */
export function foldCandles(interval: CandleInterval, minutes: Iterable<Candle>): FoldedCandle[] {
  const folded: FoldedCandle[] = [];
  let openTimeMs: number | undefined;
  let sum: Candle[] = [];
  for (const minute of minutes) {
    const start = intervalStart(interval, minute.openTimeMs);
    if (openTimeMs !== undefined && start !== openTimeMs) {
      folded.push(sumOf(openTimeMs, sum));
      sum = [];
    }
    openTimeMs = start;
    sum.push(minute);
  }
  if (openTimeMs !== undefined) folded.push(sumOf(openTimeMs, sum));
  return folded;
}

/** @param minutes at least one */
function sumOf(openTimeMs: number, minutes: readonly Candle[]): FoldedCandle {
  const [first] = minutes as [Candle];
  const last = minutes.at(-1) as Candle;
  let [high, low] = [toUnits(first.high), toUnits(first.low)];
  let [volume, quote, trades] = [0n, 0n, 0];
  for (const minute of minutes) {
    const [itsHigh, itsLow] = [toUnits(minute.high), toUnits(minute.low)];
    if (itsHigh > high) high = itsHigh;
    if (itsLow < low) low = itsLow;
    volume += toUnits(minute.volume);
    quote += toSquareUnits(minute.quoteVolume);
    trades += minute.trades;
  }
  const ids = minutes.every(({ firstId }) => firstId !== undefined);
  return {
    openTimeMs,
    open: first.open,
    high: unitsText(high),
    low: unitsText(low),
    close: last.close,
    volume: unitsText(volume),
    quoteVolume: squareUnitsText(quote),
    trades,
    ...(ids && { firstId: first.firstId, lastId: last.lastId }),
    minutes: minutes.length,
  };
}
