/** No order further from the mark than the collar allows, above or below, for a market order its worst price. */
import { APPROVED, Decimal, denied } from '@elvis/trading';
import { worstPrice } from '../worst-price';
import { Check } from './check';

export const checkPriceCollar: Check = (order, facts, { priceCollar }) => {
  if (priceCollar === undefined) return APPROVED;
  const price = worstPrice(order, facts);
  const { symbol } = order.content;
  if (!facts.mark) return denied('MARK_MISSING', { symbol });
  if (!price) return denied('BOOK_MISSING', { symbol });
  const mark = facts.mark.price;
  const width = mark.times(priceCollar);
  const lowest = Decimal.max(mark.minus(width), 0);
  const highest = mark.plus(width);
  if (price.gte(lowest) && price.lte(highest)) return APPROVED;
  return denied('PRICE_OUTSIDE_COLLAR', {
    price: price.toFixed(),
    mark: mark.toFixed(),
    lowest: lowest.toFixed(),
    highest: highest.toFixed(),
  });
};
