/** Binance's candles of a minute (`klines`), the same for both markets. */
import { ExchangeCandle } from '@elvis/contracts';
import { MINUTE_MS, TradingFailure, parseDecimal, plainDecimal } from '@elvis/trading';

/** What one call may answer with. */
export const klineTerms = (symbol: string, fromMs: number, toMs: number) => ({
  symbol,
  interval: '1m',
  startTime: fromMs,
  endTime: toMs - 1,
  limit: Math.ceil((toMs - fromMs) / MINUTE_MS),
});

/**
 * Rows of `[open time, open, high, low, close, volume, close time, quote volume, trades, ...]`.
 *
 * @throws TradingFailure VENUE_UNREADABLE a row is of another shape
 */
export function readKlines(rows: unknown): readonly ExchangeCandle[] {
  if (!Array.isArray(rows)) throw unreadable();
  return rows.map((row: unknown) => {
    if (!Array.isArray(row)) throw unreadable();
    const [openTimeMs, open, high, low, close, volume, , quoteVolume, trades] = row as unknown[];
    const figures = [open, high, low, close, volume, quoteVolume];
    if (!Number.isSafeInteger(Number(openTimeMs)) || !Number.isSafeInteger(Number(trades)))
      throw unreadable();
    if (!figures.every((figure) => parseDecimal(figure) !== undefined)) throw unreadable();
    return {
      openTimeMs: Number(openTimeMs),
      open: plainDecimal(open as string),
      high: plainDecimal(high as string),
      low: plainDecimal(low as string),
      close: plainDecimal(close as string),
      volume: plainDecimal(volume as string),
      quoteVolume: plainDecimal(quoteVolume as string),
      trades: Number(trades),
    };
  });
}

const unreadable = (): TradingFailure =>
  new TradingFailure(
    'VENUE_UNREADABLE',
    'The exchange sent candles in a form that Elvis does not know, so none of them was taken. Report it',
  );
