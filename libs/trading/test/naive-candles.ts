/**
 * Candles made in the plainest way there is, of all trades at once and by decimals: a second implementation to compare the
 * builder with. It shares nothing with it but the names of the fields.
 */
import { Decimal } from 'decimal.js';

interface Trade {
  readonly id: number;
  readonly price: string;
  readonly quantity: string;
  readonly trades: number;
  readonly timeMs: number;
}

export interface NaiveCandle {
  readonly openTimeMs: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly quoteVolume: string;
  readonly trades: number;
}

const Exact = Decimal.clone({ precision: 80, toExpNeg: -80, toExpPos: 80 });
const plain = (value: Decimal): string => value.toFixed();

/** Every minute of `[fromMs, toMs)`; one without trades repeats the close before it, in the beginning `before`. */
export function naiveCandles(
  trades: readonly Trade[],
  fromMs: number,
  toMs: number,
  before = '0',
): NaiveCandle[] {
  const byMinute = new Map<number, Trade[]>();
  for (const trade of [...trades].sort((left, right) => left.id - right.id)) {
    const minute = Math.floor(trade.timeMs / 60_000) * 60_000;
    const known = byMinute.get(minute);
    if (known) known.push(trade);
    else byMinute.set(minute, [trade]);
  }
  const candles: NaiveCandle[] = [];
  let close = before;
  for (let openTimeMs = fromMs; openTimeMs < toMs; openTimeMs += 60_000) {
    const inside = byMinute.get(openTimeMs) ?? [];
    const prices = inside.map(({ price }) => new Exact(price));
    const first = prices[0] ?? new Exact(close);
    close = plain(prices.at(-1) ?? new Exact(close));
    candles.push({
      openTimeMs,
      open: plain(first),
      high: plain(prices.length > 0 ? Exact.max(...prices) : first),
      low: plain(prices.length > 0 ? Exact.min(...prices) : first),
      close,
      volume: plain(inside.reduce((sum, { quantity }) => sum.plus(quantity), new Exact(0))),
      quoteVolume: plain(
        inside.reduce((sum, { price, quantity }) => sum.plus(new Exact(price).times(quantity)), new Exact(0)),
      ),
      trades: inside.reduce((sum, { trades: count }) => sum + count, 0),
    });
  }
  return candles;
}
