/** An order as the checks read it: its decimals read once, in one place, so that all judge the same numbers. */
import { Decimal, OrderContent } from '@elvis/trading';
import { CheckedOrder } from './check';
import { isSentToReduce } from './order-shape';

export const checkedOrder = (content: OrderContent): CheckedOrder => ({
  content,
  quantity: new Decimal(content.quantity),
  price: decimalOf(content.price),
  trigger: decimalOf(content.stopPrice),
  callback: decimalOf(content.callbackRate),
  isReduceOnly: isSentToReduce(content),
});

const decimalOf = (text: string | undefined): Decimal | undefined =>
  text === undefined ? undefined : new Decimal(text);
