/** Numbers that look like chance and follow from a seed and a time. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws that still show how the generator was begun. */
const FIRST_DRAWS = 8;

/** The finaliser of MurmurHash3: neighbours come out far apart. */
function mixed(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** A source of numbers from 0 to below 1: the same for the same seed and time. */
export function seeded(seed: number, timeMs: number): () => number {
  const random = xoroshiro128plus(mixed(mixed(seed) ^ Math.floor(timeMs / 1_000)));
  for (let draw = 0; draw < FIRST_DRAWS; draw += 1) random.next();
  return () => (random.next() >>> 0) / 2 ** 32;
}
