/** An order as the checks read it: its decimals read once, in one place, so that all judge the same numbers. */
import { Decimal, OrderContent } from '@elvis/trading';
import { CheckedOrder } from './checks/check';

export const checkedOrder = (content: OrderContent): CheckedOrder => ({
  content,
  quantity: new Decimal(content.quantity),
  price: content.price === undefined ? undefined : new Decimal(content.price),
  isReduceOnly: content.reduceOnly ?? false,
});
