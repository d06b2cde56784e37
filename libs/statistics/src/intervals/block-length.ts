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
  const band = 2 * cutOff(covariance, count, lagsBelow);
  const lags = Math.min(band, lagsAtMost);
  let slope = 0;
  let spectrum = 0;
  for (let lag = -lags; lag <= lags; lag += 1) {
    const weighted = flatTop(lag / lags) * covariance[Math.abs(lag)]!;
    slope += weighted * Math.abs(lag);
    spectrum += weighted;
  }
  // Nothing varies.
  if (spectrum === 0) return 1;
  const length = ((2 * slope ** 2) / (2 * spectrum ** 2)) ** (1 / 3) * count ** (1 / 3);
  return Math.max(1, Math.min(length, count / 3, 3 * Math.sqrt(count)));
}

/** Times the length of the series: all that is asked of them is how they compare. */
function autocovariances(series: readonly number[], lags: number): readonly number[] {
  const middle = mean(series);
  return Array.from({ length: lags + 1 }, (_, lag) => {
    let sum = 0;
    for (let at = lag; at < series.length; at += 1)
      sum += (series[at]! - middle) * (series[at - lag]! - middle);
    return sum;
  });
}

/** The first lag behind which so many autocorrelations in a row are insignificant; at least one. */
function cutOff(covariance: readonly number[], count: number, inARow: number): number {
  const significant = 2 * Math.sqrt(Math.log10(count) / count);
  const isSmall = (lag: number): boolean => Math.abs(covariance[lag]! / covariance[0]!) < significant;
  let run = 0;
  for (let lag = 1; lag < covariance.length; lag += 1) {
    run = isSmall(lag) ? run + 1 : 0;
    if (run === inARow) return Math.max(1, lag - inARow);
  }
  let last = covariance.length - 1;
  while (last > 1 && isSmall(last)) last -= 1;
  return last;
}

/** Trapezoidal window of Politis and Romano: 1 to one half, then falling to 0 at 1. */
function flatTop(share: number): number {
  const distance = Math.abs(share);
  return distance <= 0.5 ? 1 : Math.max(0, 2 * (1 - distance));
}
