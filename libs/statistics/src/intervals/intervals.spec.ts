import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { normalQuantile } from '../distributions/distributions';
import * as second from '../../test/second-implementation';
import { autoregressive, normalValues, propertyOf, someReturns } from '../../test/series';
import { mean } from '../series/moments';
import { sharpeRatio } from '../series/ratios';
import { blockLength } from './block-length';
import { bootstrapInterval, bootstrapQuantile } from './bootstrap';
import { equivalence, notWorse, pairsForEquivalence, pairsForNotWorse } from './equivalence';
import { wilsonInterval } from './wilson';

describe('a bootstrapped interval', () => {
  it.each([
    [60, 4, 200, 0.95],
    [9, 1, 7, 0.5],
    [25, 0.5, 40, 0.9],
    // From the least to the greatest that was drawn.
    [12, 2, 30, 1],
  ])(
    'of %i values in blocks of %d is that of a second implementation',
    (count, block, resamples, confidence) => {
      const values = normalValues(count, 5);
      const random = xoroshiro128plus(3);
      const uniform = (): number => (random.next() >>> 0) / 2 ** 32;
      const given = { seed: 3, resamples, confidence, blockLength: block };
      const { low, high } = bootstrapInterval(values, mean, given)!;
      const [lower, higher] = second.bootstrap(values, mean, uniform, {
        ...given,
        block: Math.max(block, 1),
      });
      expect(low).toBeCloseTo(lower, 12);
      expect(high).toBeCloseTo(higher, 12);
    },
  );

  it('takes blocks as long as its series wants them, 10,000 drawings and 95 %, if nothing else is said', () => {
    const values = autoregressive(40, 0.8, 2);
    expect(blockLength(values)).toBeGreaterThan(1);
    const told = { seed: 1, resamples: 10_000, confidence: 0.95, blockLength: blockLength(values) };
    expect(bootstrapInterval(values, mean, { seed: 1 })).toEqual(bootstrapInterval(values, mean, told));
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

describe('a bootstrapped quantile', () => {
  const values = normalValues(30, 6);
  const drawing = { seed: 7, resamples: 60, blockLength: 3 };

  it('is an end of the interval for as many periods as there were', () => {
    const { low, high } = bootstrapInterval(values, mean, { ...drawing, confidence: 0.9 })!;
    const at = (share: number) => bootstrapQuantile(values, values.length, mean, share, drawing);
    expect([at(0.05), at(0.95)]).toEqual([expect.closeTo(low, 12), expect.closeTo(high, 12)]);
  });

  it('is of as many coming periods as it is asked for', () => {
    const lengths = new Set<number>();
    const most = bootstrapQuantile(
      values,
      5,
      (drawn) => (lengths.add(drawn.length), Math.max(...drawn)),
      1,
      drawing,
    );
    expect([...lengths]).toEqual([5]);
    expect(most).toBe(Math.max(...values));
  });
});

describe('the length of blocks', () => {
  it('is that of a second implementation', () => {
    for (const [share, count] of [
      [0, 8],
      [0.3, 20],
      [0.6, 90],
      [0.9, 200],
      [-0.5, 60],
    ] as const)
      for (let seed = 1; seed <= 8; seed += 1) {
        const series = autoregressive(count, share, seed);
        expect(blockLength(series)).toBeCloseTo(second.blockLength(series), 9);
      }
    propertyOf(someReturns(8), (series) => {
      if (new Set(series).size > 1) expect(blockLength(series)).toBeCloseTo(second.blockLength(series), 6);
    });
  });

  it('is short for noise and grows with what hangs together', () => {
    const lengths = [0, 0.5, 0.9].map((share) => blockLength(autoregressive(2_000, share, 11)));
    expect(lengths[0]).toBeLessThan(4);
    expect(lengths[1]).toBeGreaterThan(lengths[0]! + 2);
    expect(lengths[2]).toBeGreaterThan(2 * lengths[1]!);
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

it.each([0, 1, -0.1, 1.1, NaN])('no quantile has a probability of %d', (probability) =>
  expect(() => normalQuantile(probability)).toThrow(`between 0 and 1, not ${probability}`),
);
