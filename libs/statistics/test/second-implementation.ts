/** The figures again, by another library or in another way: slow and plain. */
import * as simple from 'simple-statistics';

export const { mean, sampleStandardDeviation: standardDeviation } = simple;

export function sharpe(series: number[]): number {
  const deviation = simple.sampleStandardDeviation(series);
  return deviation === 0 ? 0 : simple.mean(series) / deviation;
}

export function sortino(series: number[]): number {
  const downside = simple.rootMeanSquare(series.map((each) => (each < 0 ? each : 0)));
  return downside === 0 ? 0 : simple.mean(series) / downside;
}

export function profitFactor(series: number[]): number {
  const lost = simple.sum(series.filter((each) => each < 0));
  return lost === 0 ? -1 : simple.sum(series.filter((each) => each > 0)) / -lost;
}

/** The plain ones, from simple-statistics' estimates for the source. */
export function skewness(series: number[]): number {
  const n = series.length;
  return (simple.sampleSkewness(series) * (n - 2)) / Math.sqrt(n * (n - 1));
}
export function kurtosis(series: number[]): number {
  const n = series.length;
  return ((simple.sampleKurtosis(series) * (n - 2) * (n - 3)) / (n - 1) - 6) / (n + 1) + 3;
}

/** By trying every loss as the border. */
export function valueAtRisk(series: number[], confidence: number): number {
  const enough = (border: number) =>
    series.filter((each) => -each <= border).length >= confidence * series.length - 1e-9;
  return Math.min(...series.map((each) => -each).filter(enough));
}

/** The least of the function whose minimum it is (Rockafellar and Uryasev 2000, theorem 1). */
export function expectedShortfall(series: number[], confidence: number): number {
  const at = (border: number) =>
    border +
    simple.sum(series.map((each) => Math.max(-each - border, 0))) / (series.length * (1 - confidence));
  return Math.min(...series.map((each) => at(-each)));
}

/** Of every pair of a value and a later one, the largest fall. */
export const drawdown = (equity: number[]): number =>
  Math.max(0, ...equity.flatMap((high, at) => equity.slice(at).map((low) => 1 - low / high)));

/** Combinatorially symmetric cross-validation by its words: rows joined, ratios of the joined rows, ranks by sorting. */
export function overfitting(trials: number[][], blocks: number): number {
  const length = Math.floor(trials[0]!.length / blocks);
  const start = trials[0]!.length - length * blocks;
  const block = (row: number[], at: number) => row.slice(start + at * length, start + (at + 1) * length);
  const places = Array.from({ length: blocks }, (_, at) => at);
  let below = 0;
  let ways = 0;
  for (const chosen of simple.combinations(places, blocks / 2)) {
    const others = places.filter((at) => !chosen.includes(at));
    const inside = trials.map((row) => sharpe(chosen.flatMap((at) => block(row, at))));
    const outside = trials.map((row) => sharpe(others.flatMap((at) => block(row, at))));
    const best = outside[inside.indexOf(Math.max(...inside))]!;
    const rank = outside.filter((each) => each < best).length + 1;
    if (rank / (trials.length + 1) <= 0.5) below += 1;
    ways += 1;
  }
  return below / ways;
}
