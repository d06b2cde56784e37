/** Moments of a series of numbers, returns for the most part: fractions of the capital, one a period. */

/** @throws RangeError for a series that is shorter than `least` */
export function demand(series: readonly number[], least: number): void {
  if (series.length < least)
    throw new RangeError(`This figure needs at least ${least} values; the series has ${series.length}`);
}

/** @throws RangeError without a value */
export function mean(series: readonly number[]): number {
  demand(series, 1);
  let sum = 0;
  for (const value of series) sum += value;
  return sum / series.length;
}

/**
 * Mean of (value - mean) to a power: the central moment of the series itself, not an estimate for its source. Exactly 0
 * where nothing moves, which the mean of many equal values would miss by a rounding.
 */
function centralMoment(series: readonly number[], power: number): number {
  if (series.every((value) => value === series[0])) return 0;
  const middle = mean(series);
  let sum = 0;
  for (const value of series) sum += (value - middle) ** power;
  return sum / series.length;
}

/** Of the sample: the sum of squares is divided by n - 1. @throws RangeError for fewer than two values */
export function standardDeviation(series: readonly number[]): number {
  demand(series, 2);
  return Math.sqrt((centralMoment(series, 2) * series.length) / (series.length - 1));
}

/** Third standardised moment: below zero where losses reach further than gains. `null` where nothing moves. */
export function skewness(series: readonly number[]): number | null {
  const variance = centralMoment(series, 2);
  return variance === 0 ? null : centralMoment(series, 3) / variance ** 1.5;
}

/** Fourth standardised moment: 3 for normal values (plain, not excess). `null` where nothing moves. */
export function kurtosis(series: readonly number[]): number | null {
  const variance = centralMoment(series, 2);
  return variance === 0 ? null : centralMoment(series, 4) / variance ** 2;
}
