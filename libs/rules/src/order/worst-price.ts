/**
 * The price an order is judged at. For a market order: the last level it would have to take from the book; unknown
 * where the book shows less than its quantity. For one that waits: the price it wakes at. For its worth: the dearest it
 * could become, so that no limit is passed by pricing an order away from the market.
 */
import { Decimal, maxDecimal } from '@elvis/trading';
import { OrderBookFact, CheckedOrder, Facts } from './check';
import { isMarketExit } from './market-exit';

/** The worst price at which `quantity` would be filled, or undefined if the levels shown do not hold that much. */
export function walkOrderBook({ levels }: OrderBookFact, quantity: Decimal): Decimal | undefined {
  let open = quantity;
  for (const level of levels) {
    open = open.minus(level.quantity);
    if (open.lte(0)) return level.price;
  }
  return undefined;
}

/** The order's own price, or that of its trigger, or a market order's last level; undefined if it cannot be known. */
export function worstPrice(order: CheckedOrder, facts: Facts): Decimal | undefined {
  const { content, price, quantity, trigger, callback } = order;
  if (price !== undefined) return price;
  if (content.type === 'MARKET') return facts.book && walkOrderBook(facts.book, quantity);
  return callback === undefined ? trigger : trailed(order, callback, facts);
}

/**
 * Where a trailing stop would wake if the market turned as soon as it begins to follow. From there on it follows only to
 * better prices; one that sells is worth more the higher it has followed, for which what rests is valued at the mark.
 */
function trailed(
  { content, trigger }: CheckedOrder,
  callback: Decimal,
  { mark }: Facts,
): Decimal | undefined {
  const back = callback.div(100);
  const from = trigger ?? mark?.price;
  return from?.times(content.side === 'BUY' ? back.plus(1) : back.negated().plus(1));
}

/**
 * Quantity at the dearest of mark, trigger and worst price; undefined if any that counts is not known. What goes out at
 * whatever the market gives is worth what it is worth at the mark.
 */
export function worstNotional(order: CheckedOrder, facts: Facts): Decimal | undefined {
  const worst = isMarketExit(order, facts) ? facts.mark?.price : worstPrice(order, facts);
  if (!worst || !facts.mark) return undefined;
  const dearest = maxDecimal(worst, facts.mark.price);
  return order.quantity.times(order.trigger ? maxDecimal(dearest, order.trigger) : dearest);
}
