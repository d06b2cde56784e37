/** How much one flatten order may carry: the exchange bounds a market order's quantity, and keeps it on a grid. */
import { Decimal } from '@elvis/trading';

/** Parts that add up to `quantity`, each at most `maximum`, all but the last on the grid of `step`. */
export function splitQuantity(
  quantity: Decimal,
  maximum: Decimal | undefined,
  step: Decimal | undefined,
): readonly Decimal[] {
  const largest = maximum && step?.gt(0) ? maximum.minus(maximum.modulo(step)) : maximum;
  if (!largest?.gt(0)) return [quantity];
  const parts: Decimal[] = [];
  for (let left = quantity; left.gt(0); left = left.minus(largest)) parts.push(Decimal.min(left, largest));
  return parts;
}
