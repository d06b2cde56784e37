/**
 * Candles as Binance publishes them in files (`BTCUSDT-1m-2024-08.csv`), a row a minute:
 * `open_time,open,high,low,close,volume,close_time,quote_volume,count,...`. Files of futures have a heading, those of spot
 * have none and count in microseconds since 2025.
 */
import { Candle, MINUTE_MS, parseDecimal, plainDecimal } from '@elvis/trading';

const NAME = /^([A-Z0-9_]{2,30})-1m-\d{4}-\d{2}(-\d{2})?\.(zip|csv)$/;
/** Milliseconds have 13 digits until the year 2286. */
const FIRST_MICROSECONDS = 1e15;

/** The symbol that a file is of; undefined if it is none of minutes. */
export const symbolOfFile = (name: string): string | undefined => NAME.exec(name)?.[1];

/** @throws Error naming the first row that is no candle of a minute, or is not behind the one before it */
export function readPublicCandles(text: string): readonly Candle[] {
  const rows = text.split(/\r?\n/);
  const candles: Candle[] = [];
  rows.forEach((row, index) => {
    if (row === '' || (index === 0 && row.startsWith('open_time'))) return;
    const candle = readRow(row);
    if (!candle || candle.openTimeMs <= (candles.at(-1)?.openTimeMs ?? -1))
      throw new Error(`row ${index + 1} is not the candle of a later minute: ${row.slice(0, 100)}`);
    candles.push(candle);
  });
  return candles;
}

function readRow(row: string): Candle | undefined {
  const [openTime, open, high, low, close, volume, , quoteVolume, count] = row.split(',');
  const time = Number(openTime);
  const openTimeMs = time >= FIRST_MICROSECONDS ? time / 1_000 : time;
  const trades = Number(count);
  const decimals = [open, high, low, close, volume, quoteVolume].map((text) =>
    parseDecimal(text) ? plainDecimal(text as string) : undefined,
  );
  if (decimals.includes(undefined) || !Number.isSafeInteger(trades) || trades < 0) return undefined;
  if (!Number.isSafeInteger(openTimeMs) || openTimeMs <= 0 || openTimeMs % MINUTE_MS !== 0) return undefined;
  const [itsOpen, itsHigh, itsLow, itsClose, itsVolume, itsQuote] = decimals as string[];
  return {
    openTimeMs,
    open: itsOpen as string,
    high: itsHigh as string,
    low: itsLow as string,
    close: itsClose as string,
    volume: itsVolume as string,
    quoteVolume: itsQuote as string,
    trades,
  };
}
