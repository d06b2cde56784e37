/**
 * No order further from the mark than the collar allows, above or below, for a market order its worst price. One that
 * waits is filled where the market is when it wakes: its price is held against its own trigger, and a trigger alone is as
 * far away as its sender likes, for a market that never comes there does no harm. A market order that only closes what is
 * held goes out at whatever the market gives.
 */
import { APPROVED, Decimal, denied } from '@elvis/trading';
import { isMarketExit } from '../../order/market-exit';
import { isConditional } from '../../order/order-shape';
import { worstPrice } from '../../order/worst-price';
import { Check } from '../../order/check';
import { noPrice } from './mark-age';

export const checkPriceCollar: Check = (order, facts, { priceCollar }) => {
  if (priceCollar === undefined || isMarketExit(order, facts)) return APPROVED;
  if (isConditional(order.content) && !order.price) return APPROVED;
  const price = worstPrice(order, facts);
  if (!facts.mark) return noPrice(order.content);
  if (!price) return denied('BOOK_MISSING', { symbol: order.content.symbol });
  const mark = order.trigger ?? facts.mark.price;
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
