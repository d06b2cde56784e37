/**
 * Where the volume lies: the price with the most of it, and the narrowest run of prices around that with 70 % of
 * the whole, grown one bucket at a time towards the heavier neighbour (below first where they are equal).
 */
import { Decimal, ZERO } from '@elvis/trading';

const SHARE = new Decimal('0.7');

/** Indices into the buckets; undefined where there is no volume. */
export interface ValueArea {
  readonly control: number;
  readonly low: number;
  readonly high: number;
}

export function valueArea(quantities: readonly Decimal[]): ValueArea | undefined {
  const total = quantities.reduce((sum, quantity) => sum.plus(quantity), ZERO);
  if (total.isZero()) return undefined;
  const control = quantities.reduce(
    (best, quantity, index) => (quantity.gt(quantities[best] ?? ZERO) ? index : best),
    0,
  );
  let [low, high] = [control, control];
  let held = quantities[control] ?? ZERO;
  while (held.lt(total.times(SHARE))) {
    const below = quantities[low - 1];
    const above = quantities[high + 1];
    if (below && (!above || below.gte(above))) {
      low -= 1;
      held = held.plus(below);
    } else if (above) {
      high += 1;
      held = held.plus(above);
    } else {
      break;
    }
  }
  return { control, low, high };
}
