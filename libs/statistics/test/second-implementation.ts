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

/** The normal distribution by adding up its density (Simpson's rule), and its border by halving. */
function belowNormal(border: number): number {
  const [from, steps] = [-9, 1_000];
  const width = (border - from) / steps;
  const density = (at: number): number => Math.exp(-(at ** 2) / 2) / Math.sqrt(2 * Math.PI);
  const weighted = Array.from({ length: steps + 1 }, (_, at) => {
    const weight = at === 0 || at === steps ? 1 : at % 2 === 1 ? 4 : 2;
    return weight * density(from + at * width);
  });
  return (simple.sum(weighted) * width) / 3;
}
function borderOf(probability: number): number {
  let [low, high] = [-9, 9];
  for (let halving = 0; halving < 60; halving += 1) {
    const middle = (low + high) / 2;
    if (belowNormal(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** From the returns themselves: the ratio's distance from the benchmark in its standard errors (Mertens 2002). */
export function probabilisticSharpe(series: number[], benchmark: number): number {
  const ratio = sharpe(series);
  const error = Math.sqrt(
    (1 + ratio ** 2 / 2 - skewness(series) * ratio + ((kurtosis(series) - 3) / 4) * ratio ** 2) /
      (series.length - 1),
  );
  return belowNormal((ratio - benchmark) / error);
}

/** The benchmark is the largest of so many normal values, by the expectation of its extreme value distribution. */
export function deflatedSharpe(series: number[], ratios: number[]): number {
  const count = ratios.length;
  const euler = 0.577_215_664_901_532_9;
  const largest = (1 - euler) * borderOf(1 - 1 / count) + euler * borderOf(1 - 1 / (count * Math.E));
  return probabilisticSharpe(series, simple.sampleStandardDeviation(ratios) * largest);
}

/** By trying lengths: the shortest series of the same moments that is sure enough. */
export function trackRecord(series: number[]): number {
  const [ratio, third, fourth] = [sharpe(series), skewness(series), kurtosis(series)];
  const sure = (periods: number): boolean => {
    const variance = 1 + ratio ** 2 / 2 - third * ratio + ((fourth - 3) / 4) * ratio ** 2;
    return belowNormal(ratio / Math.sqrt(variance / (periods - 1))) >= 0.95;
  };
  let [short, long] = [1, 2];
  while (!sure(long)) [short, long] = [long, long * 2];
  while (long - short > 1) {
    const middle = Math.floor((short + long) / 2);
    if (sure(middle)) long = middle;
    else short = middle;
  }
  return long;
}

/** Every drawing as a list of places: the first anywhere, each other one behind the one before or, sometimes, anywhere. */
export function bootstrap(
  series: number[],
  statistic: (drawn: number[]) => number,
  uniform: () => number,
  { resamples, block, confidence }: { resamples: number; block: number; confidence: number },
): [low: number, high: number] {
  const anywhere = () => Math.floor(uniform() * series.length);
  const found = Array.from({ length: resamples }, () => {
    const places = [anywhere()];
    while (places.length < series.length)
      places.push(uniform() < 1 / block ? anywhere() : (places.at(-1)! + 1) % series.length);
    return statistic(places.map((place) => series[place]!));
  }).sort((one, other) => one - other);
  // Of what lies in even steps from the least to the greatest, the weighted neighbours.
  const at = (share: number): number =>
    simple.sum(
      found.map((value, place) => value * Math.max(0, 1 - Math.abs(share * (found.length - 1) - place))),
    );
  return [at((1 - confidence) / 2), at((1 + confidence) / 2)];
}

/** Politis and White 2004 by its words, over correlations instead of covariances. */
export function blockLength(series: number[]): number {
  const n = series.length;
  const distances = series.map((each) => each - simple.mean(series));
  const squares = simple.sum(distances.map((each) => each ** 2));
  const correlation = (lag: number): number =>
    simple.sum(distances.slice(lag).map((each, at) => each * distances[at]!)) / squares;
  const inARow = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
  const most = Math.min(n - 1, Math.ceil(Math.sqrt(n)) + inARow);
  const lags = Array.from({ length: most }, (_, at) => at + 1);
  const isLarge = lags.map((lag) => Math.abs(correlation(lag)) >= 2 * Math.sqrt(Math.log10(n) / n));
  const quiet = lags.find(
    (lag) => lag + inARow - 1 <= most && !isLarge.slice(lag - 1, lag - 1 + inARow).includes(true),
  );
  const cutOff = Math.max(1, quiet === undefined ? isLarge.lastIndexOf(true) + 1 : quiet - 1);
  const band = Math.min(2 * cutOff, most);
  const weight = (lag: number): number => Math.max(0, Math.min(1, 2 - (2 * lag) / band));
  const slope = 2 * simple.sum(lags.map((lag) => weight(lag) * lag * correlation(lag)));
  const spectrum = 1 + 2 * simple.sum(lags.map((lag) => weight(lag) * correlation(lag)));
  return Math.max(1, Math.min(Math.cbrt((n * slope ** 2) / spectrum ** 2), n / 3, 3 * Math.sqrt(n)));
}
