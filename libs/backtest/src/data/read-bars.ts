/** Candles from the text of a CSV file: Binance's own monthly files, or those that are shipped. */
import { Candle } from '@elvis/strategy';

/**
 * Binance's: openTime, open, high, low, close, volume, ...; with or without a head line; since 2025 the spot files' times
 * are in microseconds.
 *
 * @throws RangeError naming the first line that cannot be read
 */
export const readKlines = (text: string): Candle[] =>
  readRows(text, (time) => (time > 1e14 ? Math.floor(time / 1_000) : time));

/** Those that are shipped: milliseconds since midnight UTC of the day, open, high, low, close, volume. */
export const readDay = (text: string, dayMs: number): Candle[] => readRows(text, (time) => dayMs + time);

function readRows(text: string, timeOf: (time: number) => number): Candle[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (/^[a-z]/i.test(lines[0] ?? '')) lines.shift();
  return lines.map((line, at) => {
    const [time, open, high, low, close, volume] = line.split(',', 6).map(Number);
    const candle = {
      openTimeMs: timeOf(time!),
      open: open!,
      high: high!,
      low: low!,
      close: close!,
      volume: volume!,
    };
    const isSound =
      Object.values(candle).every(Number.isFinite) &&
      candle.low > 0 &&
      candle.low <= Math.min(candle.open, candle.close) &&
      candle.high >= Math.max(candle.open, candle.close);
    if (!isSound) throw new RangeError(`Line ${at + 1} is not a candle: ${line.slice(0, 100)}`);
    return candle;
  });
}
