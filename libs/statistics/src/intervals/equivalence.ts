/**
 * Whether paired differences are as good as zero: not "no difference was found", but "a difference as large as the margin
 * is ruled out". Two one-sided tests (TOST).
 *
 * Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987).
 */
import { normalQuantile, studentCdf } from '../distributions/distributions';
import { mean, standardDeviation } from '../series/moments';

export interface Equivalence {
  /** The larger of the two tests' p values. */
  readonly p: number;
  /** Whether the mean difference is shown to lie within the margin on both sides. */
  readonly isWithin: boolean;
}

/**
 * @param margin above zero, in the unit of the differences
 * @throws RangeError for fewer than two differences or a margin that is not above zero
 */
export function equivalence(
  differences: readonly number[],
  margin: number,
  significance = 0.05,
): Equivalence {
  const error = standardErrorOf(differences, margin);
  const middle = mean(differences);
  const atLeast = upperTail(middle + margin, error, differences.length);
  const atMost = upperTail(margin - middle, error, differences.length);
  const p = Math.max(atLeast, atMost);
  return { p, isWithin: p < significance };
}

/** Probability of a mean as good as this if the true one were worse by the margin: the one-sided half of the above. */
export const notWorse = (differences: readonly number[], margin: number): number =>
  upperTail(mean(differences) + margin, standardErrorOf(differences, margin), differences.length);

/** How many pairs show "not worse by more than the margin", if there is no true difference. */
export const pairsForNotWorse = (
  deviation: number,
  margin: number,
  significance = 0.05,
  power = 0.9,
): number => pairs(deviation, margin, normalQuantile(1 - significance) + normalQuantile(power));

/** How many pairs show "equal within the margin" by both tests, if there is no true difference. */
export const pairsForEquivalence = (
  deviation: number,
  margin: number,
  significance = 0.05,
  power = 0.9,
): number => pairs(deviation, margin, normalQuantile(1 - significance) + normalQuantile((1 + power) / 2));

const pairs = (deviation: number, margin: number, distance: number): number =>
  Math.ceil(((distance * deviation) / margin) ** 2);

function standardErrorOf(differences: readonly number[], margin: number): number {
  if (!(margin > 0)) throw new RangeError(`A margin is above zero, not ${margin}`);
  return standardDeviation(differences) / Math.sqrt(differences.length);
}

/** Where nothing varies there is nothing to be unsure of. */
function upperTail(distance: number, error: number, count: number): number {
  if (error === 0) return distance > 0 ? 0 : 1;
  return 1 - studentCdf(distance / error, count - 1);
}
