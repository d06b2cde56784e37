import { normalValues } from '../../test/series';
import * as second from '../../test/second-implementation';
import { kurtosis, skewness, standardDeviation } from '../series/moments';
import { sharpeRatio } from '../series/ratios';
import { backtestOverfitting } from './backtest-overfitting';
import { combinations } from './combinations';
import { deflatedSharpe, expectedBestSharpe } from './deflated-sharpe';
import { minimumTrackRecord, probabilisticSharpe } from './track-record';

/** Annual ratio 2.5 from 1,250 days of 250 a year, as in the paper's example. */
const paper = { sharpe: 2.5 / Math.sqrt(250), periods: 1_250, skewness: -3, kurtosis: 10 };
const normal = { skewness: 0, kurtosis: 3 };

describe('a Sharpe ratio', () => {
  it('is deflated as in the example of Bailey and Lopez de Prado (2014)', () => {
    const variance = 0.5 / 250;
    expect(expectedBestSharpe(100, variance)).toBeCloseTo(0.11317, 5);
    expect(deflatedSharpe(paper, 100, variance)).toBeCloseTo(0.9004, 4);
    expect(deflatedSharpe(paper, 46, variance)).toBeCloseTo(0.9505, 4);
    expect(deflatedSharpe({ ...paper, ...normal }, 88, variance)).toBeCloseTo(0.9505, 4);
  });

  it.each([
    [10, 1.58],
    [50, 2.28],
    [200, 2.77],
    [1_000, 3.26],
  ])('of %i trials without skill is expected to reach %f at best in one year of days', (trials, annual) => {
    expect(expectedBestSharpe(trials, 1 / 364) * Math.sqrt(365)).toBeCloseTo(annual, 2);
  });

  it.each([
    [0.5, 3_952, 4_058],
    [1, 990, 1_044],
    [1.5, 441, 477],
    [2, 249, 277],
    [3, 112, 131],
  ])('of %f a year is sure after %i days, or %i of skewed returns', (annual, days, skewedDays) => {
    const sharpe = annual / Math.sqrt(365);
    expect(Math.abs(minimumTrackRecord({ sharpe, ...normal }) - days)).toBeLessThan(1);
    const skewed = minimumTrackRecord({ sharpe, skewness: -1, kurtosis: 6 });
    expect(Math.abs(skewed - skewedDays)).toBeLessThan(1);
  });

  it('is as probable as its length makes it', () => {
    const observed = { sharpe: 0.1, periods: 100, ...normal };
    // 0.1 x sqrt(99) / sqrt(1 + 0.5 x 0.01) = 0.99252
    expect(probabilisticSharpe(observed)).toBeCloseTo(0.8395, 4);
    expect(probabilisticSharpe(observed, 0.1)).toBeCloseTo(0.5, 12);
    const periods = Math.ceil(minimumTrackRecord({ sharpe: 0.1, ...normal }));
    expect(probabilisticSharpe({ ...observed, periods })).toBeGreaterThanOrEqual(0.95);
    expect(probabilisticSharpe({ ...observed, periods: periods - 1 })).toBeLessThan(0.95);
  });

  it('is as sure, deflated and long enough as by a second implementation', () => {
    for (const seed of [1, 2, 3, 4]) {
      // Of 60 to 200 periods, from a small edge to a large one, skewed by the square of the noise.
      const series = normalValues(60 + 20 * seed, seed).map(
        (noise) => 0.1 * seed + noise + 0.15 * (noise ** 2 - 1),
      );
      const ratios = normalValues(5 * seed, 100 + seed).map((noise) => 0.1 * noise);
      const observed = {
        sharpe: sharpeRatio(series)!,
        periods: series.length,
        skewness: skewness(series)!,
        kurtosis: kurtosis(series)!,
      };
      for (const benchmark of [0, 0.1, 0.5])
        expect(probabilisticSharpe(observed, benchmark)).toBeCloseTo(
          second.probabilisticSharpe(series, benchmark),
          8,
        );
      const variance = standardDeviation(ratios) ** 2;
      expect(deflatedSharpe(observed, ratios.length, variance)).toBeCloseTo(
        second.deflatedSharpe(series, ratios),
        8,
      );
      expect(Math.ceil(minimumTrackRecord(observed))).toBe(second.trackRecord(series));
    }
  });

  it('is never sure where it is not above the benchmark, and needs trials and periods', () => {
    expect(minimumTrackRecord({ sharpe: 0.1, ...normal }, 0.1)).toBe(Infinity);
    expect(minimumTrackRecord({ sharpe: 0.05, ...normal }, 0.1)).toBe(Infinity);
    // 1 + (1 + 0.2^2 / 2) x (1.6448536 / 0.1)^2
    expect(minimumTrackRecord({ sharpe: 0.2, ...normal }, 0.1)).toBeCloseTo(276.965, 2);
    expect(probabilisticSharpe({ sharpe: 0, periods: 2, ...normal })).toBeCloseTo(0.5, 12);
    expect(expectedBestSharpe(1, 1)).toBe(0);
    expect(() => expectedBestSharpe(0, 1)).toThrow('at least 1');
    expect(() => probabilisticSharpe({ sharpe: 1, periods: 1, ...normal })).toThrow('two periods');
  });
});

describe('the probability of overfitting', () => {
  const noise = (count: number, periods: number, seed: number): number[][] =>
    Array.from({ length: count }, (_, trial) => normalValues(periods, seed * 1_000 + trial));

  it('is the same by a second implementation', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const trials = noise(7, 8 * 5 + seed, seed);
      expect(backtestOverfitting(trials, 8).probability).toBeCloseTo(second.overfitting(trials, 8), 12);
    }
  });

  it('is the same where the mean is as large as what varies around it', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const trials = noise(7, 40, seed).map((row, trial) => row.map((value) => value * (1 + trial / 3) + 2));
      expect(backtestOverfitting(trials, 8).probability).toBeCloseTo(second.overfitting(trials, 8), 12);
    }
  });

  it('takes the first of those that are best, and none for best that never moved', () => {
    const [low, high] = [
      [-1, -2],
      [3, 3.5],
    ] as const;
    const middle = [1, 2] as const;
    // In the first half the first two are equal; in the second the first is the best and the second the worst.
    const trials = [[...middle, ...high], [...middle, ...low], [...low, ...middle]]; // prettier-ignore
    expect(backtestOverfitting(trials, 2).logits.map(Math.sign)).toEqual([1, 1]);
    // What stands still at a gain comes behind what gains, and before what loses.
    const still = Array<number>(4).fill(1);
    const among = [still, [...middle, ...middle], [...low, ...low]];
    expect(backtestOverfitting(among, 2).logits).toEqual([Math.log(3), Math.log(3)]);
  });

  it('is about a half for noise and none for an edge that is there', () => {
    const probabilities = Array.from(
      { length: 20 },
      (_, seed) => backtestOverfitting(noise(20, 200, seed + 1), 10).probability,
    );
    const middle = probabilities.reduce((sum, each) => sum + each, 0) / probabilities.length;
    // A public set of null runs: 0.476 with a deviation of 0.137.
    expect(Math.abs(middle - 0.476)).toBeLessThan((3 * 0.137) / Math.sqrt(20));
    const edge = noise(20, 400, 99);
    edge[7] = edge[7]!.map((value) => value + 0.6);
    expect(backtestOverfitting(edge, 10).probability).toBeLessThan(0.005);
  });

  it('counts every way once, leaves out the oldest periods that fill no block, and shares places', () => {
    expect([...combinations(4, 2)].map((each) => each.join(''))).toHaveLength(6);
    const trials = noise(3, 16, 1);
    const { ways, logits } = backtestOverfitting(trials, 4);
    expect([ways, logits.length]).toEqual([6, 6]);
    const longer = trials.map((row) => [9, ...row]);
    expect(backtestOverfitting(longer, 4).logits).toEqual(logits);
    // Three equal trials share the middle place: 2 of 4.
    expect(backtestOverfitting([trials[0]!, trials[0]!, trials[0]!], 4).logits).toEqual(Array(6).fill(0));
    expect(backtestOverfitting([Array(8).fill(0), Array(8).fill(0)], 4).probability).toBe(1);
  });

  it('refuses what cannot be judged', () => {
    expect(() => backtestOverfitting([[1, 2, 3, 4]], 2)).toThrow('two trials');
    expect(() => backtestOverfitting([], 2)).toThrow('two trials');
    expect(() => backtestOverfitting([[1, 2, 3, 4], [1]], 2)).toThrow('the same periods');
    expect(() => backtestOverfitting(noise(2, 9, 1), 3)).toThrow('even');
    expect(() => backtestOverfitting(noise(2, 9, 1), 0)).toThrow('even');
    expect(() => backtestOverfitting(noise(2, 7, 1), 4)).toThrow('at least 8 periods');
  });
});
