import { autoregressive, normalValues } from '../../test/series';
import { mean, standardDeviation } from '../series/moments';
import { sharpeRatio } from '../series/ratios';
import { blockLength } from './block-length';
import { bootstrapInterval } from './bootstrap';
import { equivalence, notWorse, pairsForEquivalence, pairsForNotWorse } from './equivalence';
import { wilsonInterval } from './wilson';

describe('a bootstrapped interval', () => {
  it('of independent values is that of the textbook', () => {
    const values = normalValues(400, 5);
    const error = standardDeviation(values) / Math.sqrt(400);
    const { low, high } = bootstrapInterval(values, mean, { seed: 1, blockLength: 1 })!;
    expect(Math.abs(low - (mean(values) - 1.96 * error))).toBeLessThan(0.1 * error);
    expect(Math.abs(high - (mean(values) + 1.96 * error))).toBeLessThan(0.1 * error);
  });

  it('is wider where values hang together, by about what theory says', () => {
    const values = autoregressive(2_000, 0.7, 3);
    const wide = bootstrapInterval(values, mean, { seed: 1, resamples: 2_000 })!;
    const naive = bootstrapInterval(values, mean, { seed: 1, resamples: 2_000, blockLength: 1 })!;
    // The error of the mean grows with the root of (1 + 0.7) / (1 - 0.7) = 2.38.
    const ratio = (wide.high - wide.low) / (naive.high - naive.low);
    expect(ratio).toBeGreaterThan(1.8);
    expect(ratio).toBeLessThan(2.9);
  });

  it('holds the truth as often as it says', () => {
    const held = Array.from({ length: 200 }, (_, seed) => {
      const values = normalValues(60, seed + 1);
      const { low, high } = bootstrapInterval(values, mean, { seed, resamples: 400, confidence: 0.9 })!;
      return low <= 0 && high >= 0;
    });
    const share = held.filter(Boolean).length / held.length;
    expect(share).toBeGreaterThan(0.83);
    expect(share).toBeLessThan(0.97);
  });

  it('is the same for the same seed, another for another, and missing where the figure is', () => {
    const values = normalValues(50, 2);
    const interval = (seed: number) => bootstrapInterval(values, sharpeRatio, { seed, resamples: 200 });
    expect(interval(4)).toEqual(interval(4));
    expect(interval(4)).not.toEqual(interval(5));
    expect(bootstrapInterval(Array(20).fill(0.1), sharpeRatio, { seed: 1, resamples: 50 })).toBeNull();
    expect(() => bootstrapInterval([1, 2], mean, { seed: 1 })).toThrow('at least 8');
  });
});

describe('the length of blocks', () => {
  it('is short for noise and grows with what hangs together', () => {
    const lengths = [0, 0.5, 0.9].map((share) => blockLength(autoregressive(2_000, share, 11)));
    expect(lengths[0]).toBeLessThan(4);
    expect(lengths[1]).toBeGreaterThan(lengths[0]! + 2);
    expect(lengths[2]).toBeGreaterThan(2 * lengths[1]!);
  });

  it.each([0.5, 0.7])('is near the best one of a series that repeats %f of itself', (share) => {
    // For such a series the best is (2 share / (1 - share^2))^(2/3) n^(1/3): Politis and White, section 3.2.
    const count = 20_000;
    const best = ((2 * share) / (1 - share ** 2)) ** (2 / 3) * count ** (1 / 3);
    const lengths = [1, 2, 3, 4, 5].map((seed) => blockLength(autoregressive(count, share, seed)));
    expect(mean(lengths) / best).toBeGreaterThan(0.8);
    expect(mean(lengths) / best).toBeLessThan(1.25);
  });

  it('has bounds', () => {
    expect(blockLength(Array(30).fill(1))).toBe(1);
    expect(blockLength(Array.from({ length: 12 }, (_, at) => at))).toBeLessThanOrEqual(4);
    const ramp = Array.from({ length: 900 }, (_, at) => at);
    expect(blockLength(ramp)).toBeLessThanOrEqual(90);
    expect(() => blockLength([1, 2, 3])).toThrow('at least 8');
  });
});

describe('an interval for a share', () => {
  it.each([
    // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is from %f to %f', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('is within 0 and 1, and refuses what is no share', () => {
    expect(wilsonInterval(5, 5).high).toBe(1);
    expect(wilsonInterval(1, 1).low).toBeCloseTo(0.2065, 4);
    expect(() => wilsonInterval(6, 5)).toThrow('6 of 5');
    expect(() => wilsonInterval(-1, 5)).toThrow(RangeError);
    expect(() => wilsonInterval(0, 0)).toThrow(RangeError);
  });
});

describe('equality within a margin', () => {
  it.each([
    [3, 1, 78, 98],
    [5, 1, 215, 271],
    [10, 1, 857, 1_083],
    [10, 2, 215, 271],
  ])(
    'with a deviation of %i and a margin of %i needs %i pairs on one side, %i on both',
    (sd, margin, one, both) => {
      expect(pairsForNotWorse(sd, margin)).toBe(one);
      expect(pairsForEquivalence(sd, margin)).toBe(both);
    },
  );

  it('is shown by enough pairs that differ by little, as often as was planned', () => {
    const shown = Array.from({ length: 200 }, (_, seed) => {
      const differences = normalValues(98, seed + 1).map((each) => 3 * each);
      return equivalence(differences, 1).isWithin;
    });
    expect(shown.filter(Boolean).length / 200).toBeGreaterThan(0.82);
  });

  it('is not shown by few pairs, nor where the difference is as large as the margin', () => {
    expect(equivalence([1, -1, 2, -2], 1).isWithin).toBe(false);
    const apart = normalValues(400, 8).map((each) => each + 1);
    expect(equivalence(apart, 1).isWithin).toBe(false);
    expect(notWorse(apart, 1)).toBeLessThan(1e-9);
    expect(
      notWorse(
        apart.map((each) => -each),
        1,
      ),
    ).toBeGreaterThan(0.05);
    // Mean 0, deviation 2, four pairs, margin 2: t = 2 on three degrees of freedom.
    expect(equivalence([2, -2, 1.4142135623730951, -1.4142135623730951], 2).p).toBeCloseTo(0.0697, 3);
  });

  it('is plain where nothing varies, and needs a margin', () => {
    expect(equivalence([0, 0, 0], 1)).toEqual({ p: 0, isWithin: true });
    expect(equivalence([1, 1, 1], 1).isWithin).toBe(false);
    expect(() => equivalence([1, 2], 0)).toThrow('above zero');
  });
});
