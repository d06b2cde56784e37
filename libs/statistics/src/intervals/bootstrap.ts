/**
 * Intervals by the stationary block bootstrap: series are drawn anew in blocks of random length, so that what hangs
 * together in time goes on hanging together.
 *
 * Politis and Romano, "The Stationary Bootstrap", Journal of the American Statistical Association 89 (1994).
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { demand } from '../series/moments';
import { blockLength } from './block-length';

const UNIT = 2 ** -32;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  readonly seed: number;
  readonly resamples?: number;
  readonly confidence?: number;
  /** Mean length of a block in periods; by the series' own autocorrelation if not given. */
  readonly blockLength?: number;
}

/**
 * Where the statistic of the series' source lies, by percentiles. The same input gives the same interval.
 *
 * @param statistic is given an array that is used again for the next drawing; `null` where a drawing has no such figure:
 *   it is left out
 * @returns `null` where no drawing has the figure
 * @throws RangeError for fewer than eight values
 */
export function bootstrapInterval(
  series: readonly number[],
  statistic: (drawn: readonly number[]) => number | null,
  { seed, resamples = 10_000, confidence = 0.95, blockLength: given }: BootstrapOptions,
): Interval | null {
  demand(series, 8);
  const random = xoroshiro128plus(seed);
  const uniform = (): number => (random.next() >>> 0) * UNIT;
  const count = series.length;
  const newBlock = 1 / Math.max(1, given ?? blockLength(series));
  const drawn = new Array<number>(count).fill(0);
  const found: number[] = [];
  for (let sample = 0; sample < resamples; sample += 1) {
    let at = 0;
    for (let place = 0; place < count; place += 1) {
      at =
        place === 0 || uniform() < newBlock ? Math.floor(uniform() * count) : at + 1 === count ? 0 : at + 1;
      drawn[place] = series[at]!;
    }
    const value = statistic(drawn);
    if (value !== null) found.push(value);
  }
  if (found.length === 0) return null;
  const sorted = Float64Array.from(found).sort();
  const tail = (1 - confidence) / 2;
  return { low: percentile(sorted, tail), high: percentile(sorted, 1 - tail) };
}

/** Between two values by their distance (Hyndman and Fan's type 7). */
function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (place - below);
}
