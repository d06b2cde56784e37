/** Mark and index price before anybody told them: those of the trades; and no premium of one over the other. */
import { Candle, Instrument, Interval, PriceCandle } from '@elvis/simulation';
import { CandleHistory } from '../../candles/candle-history';
import { spanOf } from '../market-rows';
import { Call } from '../route';

export function toldPast(
  history: CandleHistory,
  which: 'mark' | 'index' | 'premium',
  { priceDecimals }: Instrument,
  interval: Interval,
  { params, now }: Call,
): PriceCandle[] {
  const scale = which === 'premium' ? 0n : 10n ** BigInt(8 - priceDecimals);
  const told = Math.round(interval.lengthMs / 1_000);
  return history
    .candles(interval, spanOf(params, 1500), now)
    .map(({ openTime, open, high, low, close }: Candle): PriceCandle => ({
      openTime,
      told,
      open: BigInt(open) * scale,
      high: BigInt(high) * scale,
      low: BigInt(low) * scale,
      close: BigInt(close) * scale,
    }));
}
