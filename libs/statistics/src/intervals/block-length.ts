/**
 * How long the blocks of a stationary bootstrap should be for a series, by its own autocorrelation.
 *
 * Politis and White, "Automatic Block-Length Selection for the Dependent Bootstrap", Econometric Reviews 23 (2004), with
 * the correction of Patton, Politis and White (2009).
 */
import { demand, mean } from '../series/moments';

/** Mean block length in periods, from 1 to the lesser of a third of the series and three times its root. @throws RangeError for fewer than eight values */
export function blockLength(series: readonly number[]): number {
  demand(series, 8);
  const count = series.length;
  const lagsBelow = Math.max(5, Math.ceil(Math.sqrt(Math.log10(count))));
  const lagsAtMost = Math.ceil(Math.sqrt(count)) + lagsBelow;
  const covariance = autocovariances(series, lagsAtMost);
  const band = Math.min(2 * cutOff(covariance, count, lagsBelow), lagsAtMost);
  const weighted = covariance.map((value, lag) => flatTop(lag / band) * value);
  // A lag counts twice, since the one before stands for the one behind; that of nothing counts once.
  const spectrum = 2 * sum(weighted) - covariance[0]!;
  const slope = 2 * sum(weighted.map((value, lag) => value * lag));
  // Nothing varies.
  if (spectrum === 0) return 1;
  const length = Math.cbrt(count * (slope / spectrum) ** 2);
  return Math.max(1, Math.min(length, count / 3, 3 * Math.sqrt(count)));
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Times the length of the series: all that is asked of them is how they compare. */
function autocovariances(series: readonly number[], lags: number): readonly number[] {
  const middle = mean(series);
  return Array.from({ length: lags + 1 }, (_, lag) => {
    const later = series.slice(lag);
    return sum(later.map((value, at) => (value - middle) * (series[at]! - middle)));
  });
}

/** The first lag behind which so many autocorrelations in a row are insignificant; at least one, and all if there is none. */
function cutOff(covariance: readonly number[], count: number, inARow: number): number {
  const significant = 2 * Math.sqrt(Math.log10(count) / count);
  const isSmall = (lag: number): boolean => Math.abs(covariance[lag]! / covariance[0]!) < significant;
  let run = 0;
  const end = covariance.findIndex((_, lag) => {
    run = isSmall(lag) ? run + 1 : 0;
    return run === inARow;
  });
  return end < 0 ? covariance.length : Math.max(1, end - inARow);
}

/** Trapezoidal window of Politis and Romano: 1 to one half, then falling to 0 at 1. */
const flatTop = (share: number): number => Math.max(0, Math.min(1, 2 * (1 - share)));
