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
  options: BootstrapOptions,
): Interval | null {
  const found: number[] = [];
  draw(series, series.length, options, (drawn) => {
    const value = statistic(drawn);
    if (value !== null) found.push(value);
  });
  if (found.length === 0) return null;
  const sorted = Float64Array.from(found).sort();
  const tail = (1 - (options.confidence ?? 0.95)) / 2;
  return { low: percentile(sorted, tail), high: percentile(sorted, 1 - tail) };
}

/**
 * What a statistic of so many coming periods may be if they are like the series: the value that the share `share` of the
 * drawings does not exceed.
 *
 * @throws RangeError for fewer than eight values
 */
export function bootstrapQuantile(
  series: readonly number[],
  periods: number,
  statistic: (drawn: readonly number[]) => number,
  share: number,
  options: BootstrapOptions,
): number {
  const found: number[] = [];
  draw(series, periods, options, (drawn) => found.push(statistic(drawn)));
  return percentile(Float64Array.from(found).sort(), share);
}

/**
 * The same, where the series is itself only a sample of what comes: it is drawn anew before each drawing from it, so the
 * bound is wider by what the series leaves unknown. Of such bounds coming periods break the share that is said.
 *
 * @throws RangeError for fewer than eight values
 */
export function predictiveQuantile(
  series: readonly number[],
  periods: number,
  statistic: (drawn: readonly number[]) => number,
  share: number,
  options: BootstrapOptions,
): number {
  const drawing = drawingOf(series, options);
  const source = new Array<number>(series.length).fill(0);
  const coming = new Array<number>(periods).fill(0);
  const found = Array.from({ length: drawing.resamples }, () => {
    drawing.fill(source, series);
    drawing.fill(coming, source);
    return statistic(coming);
  });
  return percentile(Float64Array.from(found).sort(), share);
}

/** Shows each drawing, in an array that is used again for the next. */
function draw(
  series: readonly number[],
  periods: number,
  options: BootstrapOptions,
  show: (drawn: readonly number[]) => void,
): void {
  const drawing = drawingOf(series, options);
  const drawn = new Array<number>(periods).fill(0);
  for (let sample = 0; sample < drawing.resamples; sample += 1) {
    drawing.fill(drawn, series);
    show(drawn);
  }
}

interface Drawing {
  readonly resamples: number;
  /** Fills the target with blocks of the source, which goes on at its beginning where it ends. */
  fill(target: number[], source: readonly number[]): void;
}

function drawingOf(
  series: readonly number[],
  { seed, resamples = 10_000, blockLength: given }: BootstrapOptions,
): Drawing {
  demand(series, 8);
  const random = xoroshiro128plus(seed);
  const uniform = (): number => (random.next() >>> 0) * UNIT;
  const newBlock = 1 / Math.max(1, given ?? blockLength(series));
  const fill = (target: number[], source: readonly number[]): void => {
    const count = source.length;
    let at = 0;
    for (let place = 0; place < target.length; place += 1) {
      at =
        place === 0 || uniform() < newBlock ? Math.floor(uniform() * count) : at + 1 === count ? 0 : at + 1;
      target[place] = source[at]!;
    }
  };
  return { resamples, fill };
}

/** Between two values by their distance (Hyndman and Fan's type 7). */
function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (place - below);
}
