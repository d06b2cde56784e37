/** The statistics that tickers tell: of a day, or of any window made of minutes. */
import { Candle, mergeInto } from './candle';
import { Tape } from './tape';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

export interface DayStatistics {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly last: number;
  readonly volume: number;
  readonly quoteVolume: bigint;
  readonly openTime: number;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly trades: number;
}

/** The statistics of a day without a trade. */
export const quietDay = (lastPrice: number, now: number): DayStatistics => ({
  open: lastPrice,
  high: lastPrice,
  low: lastPrice,
  last: lastPrice,
  volume: 0,
  quoteVolume: 0n,
  openTime: now,
  firstTradeId: 0,
  lastTradeId: 0,
  trades: 0,
});

/** The last 24 hours, or another window, as far as there are candles of it; undefined where nothing traded in it. */
export function dayStatistics(tape: Tape, now: number, windowMs = DAY): DayStatistics | undefined {
  const openTime = now - windowMs;
  let day: Candle | undefined;
  for (let index = tape.candles.length - 1; index >= 0; index -= 1)
    if (tape.candles[index]!.openTime <= openTime) {
      day = sumOf(tape.candles, index + 1);
      break;
    } else if (index === 0) day = sumOf(tape.candles, 0);
  if (!day) return undefined;
  const { close: last, ...figures } = day;
  return { ...figures, last, openTime };
}

function sumOf(candles: readonly Candle[], from: number): Candle | undefined {
  const first = candles[from];
  if (!first) return undefined;
  const sum = { ...first };
  for (let index = from + 1; index < candles.length; index += 1) mergeInto(sum, candles[index]!);
  return sum;
}
