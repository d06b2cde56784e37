/** A candle, and how candles become longer ones. */
import { Interval } from '../shared/intervals';

export interface Candle {
  openTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  quoteVolume: bigint;
  trades: number;
  takerBuyVolume: number;
  takerBuyQuote: bigint;
  firstTradeId: number;
  lastTradeId: number;
}

/** A candle in which nothing has traded yet. */
export const emptyCandle = (openTime: number, price: number, tradeId: number): Candle => ({
  openTime,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 0,
  quoteVolume: 0n,
  trades: 0,
  takerBuyVolume: 0,
  takerBuyQuote: 0n,
  firstTradeId: tradeId,
  lastTradeId: tradeId,
});

/** Adds the later one to the earlier. */
export function mergeInto(into: Candle, candle: Candle): void {
  into.high = Math.max(into.high, candle.high);
  into.low = Math.min(into.low, candle.low);
  into.close = candle.close;
  into.volume += candle.volume;
  into.quoteVolume += candle.quoteVolume;
  into.trades += candle.trades;
  into.takerBuyVolume += candle.takerBuyVolume;
  into.takerBuyQuote += candle.takerBuyQuote;
  into.lastTradeId = candle.lastTradeId;
}

/** Shorter candles as longer ones; a stretch without a trade gets a candle of the price before it. */
export function folded(candles: readonly Candle[], interval: Interval, aheadMs = 0): Candle[] {
  const longer: Candle[] = [];
  let into: Candle | undefined;
  for (const candle of candles) {
    const openTime = interval.opensAt(candle.openTime, aheadMs);
    if (into && into.openTime === openTime) {
      mergeInto(into, candle);
      continue;
    }
    if (into) addQuiet(longer, into, openTime, interval, aheadMs);
    into = { ...candle, openTime };
    longer.push(into);
  }
  return longer;
}

/** Candles in which nothing traded, from the one after `last` to the one before `until`. */
export function addQuiet(
  candles: Candle[],
  last: Candle,
  until: number,
  interval: Interval,
  aheadMs: number,
): void {
  for (
    let openTime = interval.after(last.openTime, aheadMs);
    openTime < until;
    openTime = interval.after(openTime, aheadMs)
  )
    candles.push(emptyCandle(openTime, last.close, last.lastTradeId));
}
