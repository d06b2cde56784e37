/** No single order may be worth more than the house allows, at the dearest price it could be filled at. */
import { APPROVED, denied } from '@elvis/trading';
import { worstNotional } from '../../order/worst-price';
import { Check } from '../../order/check';
import { noPrice } from './mark-age';

export const checkMaxOrderNotional: Check = (order, facts, { maxOrderNotional }) => {
  if (maxOrderNotional === undefined) return APPROVED;
  const notional = worstNotional(order, facts);
  if (!facts.mark) return noPrice(order.content);
  if (!notional) return denied('BOOK_MISSING', { symbol: order.content.symbol });
  if (notional.lte(maxOrderNotional)) return APPROVED;
  return denied('NOTIONAL_ABOVE_ORDER_MAXIMUM', {
    notional: notional.toFixed(),
    maximum: maxOrderNotional.toFixed(),
  });
};
