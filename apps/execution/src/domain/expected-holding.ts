/**
 * What of a base asset we believe to hold. Each of its symbols counts from the whole holding that was last taken over, and
 * has its own fills since, so together they have counted that holding once too often for each symbol but one.
 */
import { Decimal, ZERO } from '@elvis/trading';

/**
 * Undefined where it cannot be told: a symbol was never counted, or of several it is not known what they were counted
 * from.
 *
 * @param positions one for each symbol that trades the asset
 * @param takenOver what they all were when they were last set
 */
export function expectedHolding(
  positions: readonly (string | undefined)[],
  takenOver: string | undefined,
): Decimal | undefined {
  if (positions.length === 0 || positions.includes(undefined)) return undefined;
  const sum = positions.reduce((all, position) => all.plus(position ?? 0), ZERO);
  if (positions.length === 1) return sum;
  return takenOver === undefined ? undefined : sum.minus(new Decimal(takenOver).times(positions.length - 1));
}
