/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation: over all ways to cut the time into
 * two halves of blocks, how often the trial that was best in one half is below the middle in the other.
 *
 * Bailey, Borwein, Lopez de Prado and Zhu, "The Probability of Backtest Overfitting", Journal of Computational Finance 20
 * (2017), section 3.
 */
import { combinations } from './combinations';

export interface Overfitting {
  /** Share of the ways in which the best trial of one half is not above the middle of the other: 0 to 1. */
  readonly probability: number;
  /** How many ways there were. */
  readonly ways: number;
  /** ln(rank / (1 - rank)) of the best trial in the other half, for each way; below zero is below the middle. */
  readonly logits: readonly number[];
}

/** Sums of one block of one trial: a half's Sharpe ratio follows from those of its blocks. */
interface Sums {
  readonly values: Float64Array;
  readonly squares: Float64Array;
}

/**
 * @param trials returns of every trial, one row a trial, over the same periods
 * @param blocks even; periods that do not fill a block are left out, the oldest first
 * @throws RangeError for fewer than two trials, rows of unequal length, an odd number of blocks, or blocks of fewer than
 *   two periods
 */
export function backtestOverfitting(trials: readonly (readonly number[])[], blocks = 16): Overfitting {
  const periods = trials[0]?.length ?? 0;
  if (trials.length < 2) throw new RangeError('Overfitting is judged among at least two trials');
  if (trials.some(({ length }) => length !== periods))
    throw new RangeError('All trials must cover the same periods');
  if (blocks < 2 || blocks % 2 !== 0) throw new RangeError(`The number of blocks is even, not ${blocks}`);
  const length = Math.floor(periods / blocks);
  if (length < 2) throw new RangeError(`${blocks} blocks need at least ${2 * blocks} periods`);

  const sums = trials.map((row) => sumsOf(row.slice(periods - length * blocks), blocks, length));
  const totals = sums.map(({ values, squares }) => ({ value: total(values), square: total(squares) }));
  const half = (length * blocks) / 2;
  const inside = new Float64Array(trials.length);
  const outside = new Float64Array(trials.length);
  const logits: number[] = [];
  for (const chosen of combinations(blocks, blocks / 2)) {
    for (let trial = 0; trial < trials.length; trial += 1) {
      const { values, squares } = sums[trial]!;
      let value = 0;
      let square = 0;
      for (const block of chosen) {
        value += values[block]!;
        square += squares[block]!;
      }
      const all = totals[trial]!;
      inside[trial] = sharpe(value, square, half);
      outside[trial] = sharpe(all.value - value, all.square - square, half);
    }
    const rank = rankOf(outside, indexOfBest(inside)) / (trials.length + 1);
    logits.push(Math.log(rank / (1 - rank)));
  }
  const below = logits.filter((logit) => logit <= 0).length;
  return { probability: below / logits.length, ways: logits.length, logits };
}

function sumsOf(row: readonly number[], blocks: number, length: number): Sums {
  const sums = { values: new Float64Array(blocks), squares: new Float64Array(blocks) };
  row.forEach((value, at) => {
    const block = Math.floor(at / length);
    sums.values[block]! += value;
    sums.squares[block]! += value * value;
  });
  return sums;
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/** As it ranks, which the number of periods does not change. One that never moved has none: it is ranked as a ratio of zero. */
function sharpe(sum: number, squares: number, count: number): number {
  const spread = squares - (sum * sum) / count;
  return spread > 1e-18 ? sum / Math.sqrt(spread) : 0;
}

function indexOfBest(values: Float64Array): number {
  let best = 0;
  values.forEach((value, at) => {
    if (value > values[best]!) best = at;
  });
  return best;
}

/** 1 for the lowest; those that are equal share their places. */
function rankOf(values: Float64Array, index: number): number {
  const own = values[index]!;
  let lower = 0;
  let equal = 0;
  for (const value of values) {
    if (value < own) lower += 1;
    else if (value === own) equal += 1;
  }
  return lower + (equal + 1) / 2;
}
