/** Made-up markets and what traders with and without skill make of them: the same for the same seed. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A market's day moves by about so much, as bitcoin's. */
const DAILY_MOVE = 0.03;
const YEAR = 365;
const WARM_UP = 64;

export interface Chance {
  /** 0 to 1, without either end. */
  readonly uniform: () => number;
  readonly normal: () => number;
}

export function chanceOf(seed: number): Chance {
  const random = xoroshiro128plus(seed);
  // Neighbouring seeds begin alike.
  for (let n = 0; n < WARM_UP; n += 1) random.next();
  const uniform = (): number => ((random.next() >>> 0) + 0.5) / 2 ** 32;
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** Changes of a market's days with the fat tails of real ones: Student's t with four degrees of freedom. */
export function market(days: number, { normal }: Chance): readonly number[] {
  // Such a value has the variance two.
  const scale = DAILY_MOVE / Math.SQRT2;
  return Array.from({ length: days }, () => {
    const chi = Array.from({ length: 4 }, normal).reduce((sum, each) => sum + each ** 2, 0);
    return (scale * normal()) / Math.sqrt(chi / 4);
  });
}

/** Long or short by the toss of a coin, each day anew, without costs: no skill, and nothing that would give it away. */
export const tossed = (changes: readonly number[], { uniform }: Chance): readonly number[] =>
  changes.map((change) => (uniform() < 0.5 ? change : -change));

/**
 * Returns of the variants of one idea that has this Sharpe ratio a year: half of what each does is what all do, as with
 * neighbouring parameters.
 */
export function variants(
  count: number,
  days: number,
  annualSharpe: number,
  { normal }: Chance,
): readonly (readonly number[])[] {
  const deviation = 0.01;
  const drift = (annualSharpe / Math.sqrt(YEAR)) * deviation;
  const common = Array.from({ length: days }, normal);
  return Array.from({ length: count }, () =>
    common.map((shared) => drift + deviation * (Math.SQRT1_2 * shared + Math.SQRT1_2 * normal())),
  );
}
