import { fromMoney, SymbolMarket } from '@elvis/simulation';
import { priceText } from '../json/market-json';
import { CandleHistory } from './candle-history';

/** What was paid for a unit in the last five minutes in which something traded. */
export function recentAverage({ instrument, lastPrice }: SymbolMarket, { tape }: CandleHistory): string {
  const recent = tape.candles.slice(-5);
  const volume = recent.reduce((sum, candle) => sum + BigInt(candle.volume), 0n);
  const quote = recent.reduce((sum, candle) => sum + candle.quoteVolume, 0n);
  return volume === 0n
    ? priceText(lastPrice, instrument)
    : fromMoney((quote * 10n ** BigInt(instrument.quantityDecimals)) / volume);
}
