/** How long what is sent is under way: drawn from a seed, skewed as measured delays are. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { Sent } from './recorded-trader';

/** Of the way from the close of a candle, or from a fill, to the exchange; milliseconds. */
export interface Delay {
  readonly medianMs: number;
  /** Exceeded by one of a hundred; not below the median. */
  readonly p99Ms: number;
}

/** The 99th percentile of the standard normal distribution. */
const P99 = 2.326_347_874;

/**
 * Log-normal through both percentiles. What is sent later does not arrive earlier: orders of one account take one way.
 *
 * @returns when something that is sent arrives, UTC milliseconds
 */
export function drawnArrivals({ medianMs, p99Ms }: Delay, seed: number): (sent: Sent) => number {
  const random = xoroshiro128plus(seed);
  const uniform = (): number => ((random.next() >>> 0) + 0.5) / 2 ** 32;
  const spread = Math.log(p99Ms / medianMs) / P99;
  let lastMs = 0;
  return ({ sentMs }) => {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    lastMs = Math.max(lastMs, sentMs + medianMs * Math.exp(spread * normal));
    return lastMs;
  };
}
