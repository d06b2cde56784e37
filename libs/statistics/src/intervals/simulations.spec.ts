/** Whether the intervals hold what they promise, over many drawn series: slow, and left out where mutants are tried. */
import { autoregressive, normalValues } from '../../test/series';
import { mean, standardDeviation } from '../series/moments';
import { blockLength } from './block-length';
import { bootstrapInterval } from './bootstrap';
import { equivalence } from './equivalence';

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
});

describe('the length of blocks', () => {
  it.each([0.5, 0.7])('is near the best one of a series that repeats %f of itself', (share) => {
    // For such a series the best is (2 share / (1 - share^2))^(2/3) n^(1/3): Politis and White, section 3.2.
    const count = 20_000;
    const best = ((2 * share) / (1 - share ** 2)) ** (2 / 3) * count ** (1 / 3);
    const lengths = [1, 2, 3, 4, 5].map((seed) => blockLength(autoregressive(count, share, seed)));
    expect(mean(lengths) / best).toBeGreaterThan(0.8);
    expect(mean(lengths) / best).toBeLessThan(1.25);
  });
});

describe('equality within a margin', () => {
  it('is shown by enough pairs that differ by little, as often as was planned', () => {
    const shown = Array.from({ length: 200 }, (_, seed) => {
      const differences = normalValues(98, seed + 1).map((each) => 3 * each);
      return equivalence(differences, 1).isWithin;
    });
    expect(shown.filter(Boolean).length / 200).toBeGreaterThan(0.82);
  });
});
