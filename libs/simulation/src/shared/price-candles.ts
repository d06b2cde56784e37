/** Minute candles of a price that is told rather than traded: the mark price, the index, and the premium of one over the other. */
import { Interval } from './intervals';

export interface PriceCandle {
  readonly openTime: number;
  readonly open: bigint;
  readonly high: bigint;
  readonly low: bigint;
  readonly close: bigint;
  /** How often the price was told. */
  readonly told: number;
}

const CANDLES_KEPT = 3_000;
const MINUTE = 60_000;

export class PriceCandles {
  readonly candles: PriceCandle[] = [];

  add(price: bigint, time: number): void {
    const told: PriceCandle = {
      openTime: Math.floor(time / MINUTE) * MINUTE,
      open: price,
      high: price,
      low: price,
      close: price,
      told: 1,
    };
    const last = this.candles[this.candles.length - 1];
    if (last && last.openTime >= told.openTime) this.candles[this.candles.length - 1] = joined(last, told);
    else this.candles.push(told);
    if (this.candles.length > CANDLES_KEPT * 1.1) this.candles.splice(0, this.candles.length - CANDLES_KEPT);
  }
}

/** Minutes folded into longer candles. */
export function foldedPrices(minutes: readonly PriceCandle[], interval: Interval): PriceCandle[] {
  const longer: PriceCandle[] = [];
  for (const minute of minutes) {
    const openTime = interval.opensAt(minute.openTime);
    const last = longer[longer.length - 1];
    if (last?.openTime === openTime) longer[longer.length - 1] = joined(last, minute);
    else longer.push({ ...minute, openTime });
  }
  return longer;
}

const joined = (earlier: PriceCandle, later: PriceCandle): PriceCandle => ({
  ...earlier,
  high: earlier.high > later.high ? earlier.high : later.high,
  low: earlier.low < later.low ? earlier.low : later.low,
  close: later.close,
  told: earlier.told + later.told,
});
