/** Candles of one symbol without a gap, by columns: a year of minutes is read in a few milliseconds. */
import { Candle, Interval, intervalMs } from '@elvis/strategy';

export interface CandleColumns {
  readonly symbol: string;
  readonly interval: Interval;
  /** Open time of the first candle, UTC milliseconds. */
  readonly firstOpenMs: number;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

export const lengthOf = (columns: CandleColumns): number => columns.close.length;

export const candleAt = (columns: CandleColumns, at: number): Candle => ({
  openTimeMs: columns.firstOpenMs + at * intervalMs(columns.interval),
  open: columns.open[at]!,
  high: columns.high[at]!,
  low: columns.low[at]!,
  close: columns.close[at]!,
  volume: columns.volume[at]!,
});

/** Columns from candles in order. What is missing in between is a quiet candle at the last close, as the exchange makes it. */
export function toColumns(symbol: string, interval: Interval, candles: readonly Candle[]): CandleColumns {
  const first = candles[0];
  if (first === undefined) throw new RangeError(`There is no candle of ${symbol}`);
  const span = intervalMs(interval);
  const rows: Candle[] = [];
  for (const candle of candles) {
    const due = first.openTimeMs + rows.length * span;
    const missing = (candle.openTimeMs - due) / span;
    if (!Number.isInteger(missing) || missing < 0)
      throw new RangeError(
        `Candles of ${symbol} are not in order, or not on the grid of ${interval}, at ${candle.openTimeMs} ms`,
      );
    for (let gap = 0; gap < missing; gap += 1) {
      const { close } = rows.at(-1)!;
      rows.push({ openTimeMs: 0, open: close, high: close, low: close, close, volume: 0 });
    }
    rows.push(candle);
  }
  const column = (name: 'open' | 'high' | 'low' | 'close' | 'volume') =>
    Float64Array.from(rows, (row) => row[name]);
  return {
    symbol,
    interval,
    firstOpenMs: first.openTimeMs,
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
}

/** The same candles where threads read them without a copy each. */
export function sharedColumns(columns: CandleColumns): CandleColumns {
  const shared = (column: Float64Array): Float64Array => {
    const copy = new Float64Array(new SharedArrayBuffer(column.byteLength));
    copy.set(column);
    return copy;
  };
  return {
    ...columns,
    open: shared(columns.open),
    high: shared(columns.high),
    low: shared(columns.low),
    close: shared(columns.close),
    volume: shared(columns.volume),
  };
}

/** The candles from one place up to another, and when the last of them ends. */
export function slice(
  columns: CandleColumns,
  from: number,
  to: number,
): { readonly columns: CandleColumns; readonly endMs: number } {
  const span = intervalMs(columns.interval);
  const part = {
    ...columns,
    firstOpenMs: columns.firstOpenMs + from * span,
    open: columns.open.subarray(from, to),
    high: columns.high.subarray(from, to),
    low: columns.low.subarray(from, to),
    close: columns.close.subarray(from, to),
    volume: columns.volume.subarray(from, to),
  };
  return { columns: part, endMs: part.firstOpenMs + lengthOf(part) * span };
}
