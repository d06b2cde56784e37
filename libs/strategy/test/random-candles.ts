import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { Candle } from '../src';

/** A walk of one-minute candles from an index of the minutes since 1970 on: the same for the same seed. */
export function randomCandles(count: number, seed: number, firstIndex = 29_000_000): Candle[] {
  const random = xoroshiro128plus(seed);
  const uniform = () => (random.next() >>> 0) / 2 ** 32;
  let close = 60_000;
  return Array.from({ length: count }, (_, at) => {
    const open = close;
    close = open * (1 + (uniform() - 0.5) / 200);
    const high = Math.max(open, close) * (1 + uniform() / 1_000);
    const low = Math.min(open, close) * (1 - uniform() / 1_000);
    return { openTimeMs: (firstIndex + at) * 60_000, open, high, low, close, volume: uniform() * 10 };
  });
}
