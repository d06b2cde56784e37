/**
 * The price an order is judged at. For a market order: the last level it would have to take from the book; unknown
 * where the book shows less than its quantity. For its worth: the dearest it could become, so that no limit is
 * passed by pricing an order away from the market.
 */
import { Decimal, maxDecimal } from '@elvis/trading';
import { BookFact, CheckedOrder, Facts } from './checks/check';

/** The worst price at which `quantity` would be filled, or undefined if the levels shown do not hold that much. */
export function walkBook({ levels }: BookFact, quantity: Decimal): Decimal | undefined {
  let open = quantity;
  for (const level of levels) {
    open = open.minus(level.quantity);
    if (open.lte(0)) return level.price;
  }
  return undefined;
}

/** A limit order's own price, a market order's last level; undefined if it cannot be known. */
export const worstPrice = (
  { content, price, quantity }: CheckedOrder,
  { book }: Facts,
): Decimal | undefined => (content.type === 'LIMIT' ? price : book && walkBook(book, quantity));

/** Quantity at the dearest of mark and worst price; undefined if either is not known. */
export function worstNotional(order: CheckedOrder, facts: Facts): Decimal | undefined {
  const worst = worstPrice(order, facts);
  if (!worst || !facts.mark) return undefined;
  return order.quantity.times(maxDecimal(worst, facts.mark.price));
}
