/** An order as the checks read it: its decimals read once, in one place, so that all judge the same numbers. */
import { Decimal, OrderContent } from '@elvis/trading';
import { CheckedOrder } from './checks/check';

export const checkedOrder = (content: OrderContent): CheckedOrder => ({
  content,
  quantity: new Decimal(content.quantity),
  price: decimalOf(content.price),
  trigger: decimalOf(content.stopPrice),
  callback: decimalOf(content.callbackRate),
  isReduceOnly: (content.reduceOnly ?? false) || (content.closePosition ?? false),
});

const decimalOf = (text: string | undefined): Decimal | undefined =>
  text === undefined ? undefined : new Decimal(text);
