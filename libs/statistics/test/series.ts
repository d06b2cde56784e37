import fc from 'fast-check';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Returns from -50 to +50 %, with a property's usual love for the edges. */
export const someReturns = (minLength: number): fc.Arbitrary<number[]> =>
  fc.array(
    fc.integer({ min: -5_000, max: 5_000 }).map((each) => each / 10_000),
    { minLength, maxLength: 60 },
  );

export const propertyOf = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, holds));

/** Normal values by Box and Muller: the same for the same seed. */
export function normalValues(count: number, seed: number): number[] {
  const random = xoroshiro128plus(seed);
  const uniform = () => ((random.next() >>> 0) + 0.5) / 2 ** 32;
  return Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

/** Each value is this share of the one before it, and noise. */
export function autoregressive(count: number, share: number, seed: number): number[] {
  let before = 0;
  return normalValues(count, seed).map((noise) => (before = share * before + noise));
}
