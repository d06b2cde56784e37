/**
 * Whether two requests ask for the same order. A repeat of a client order id is answered with the order that
 * exists only if its content is the same once normalised: `1.50` and `1.5` are the same quantity.
 */
import { Decimal } from './decimal';
import { OrderContent } from './order';

const DECIMALS = ['quantity', 'price', 'stopPrice', 'callbackRate'] as const;

/** A decimal that is written as it is compared: no sign, exponent or zeros that say nothing. */
const PLAIN = /^(0|[1-9]\d*)(\.\d*[1-9])?$/;

function canonicalDecimal(text: string | undefined): string {
  if (text === undefined) return '';
  return PLAIN.test(text) ? text : new Decimal(text).toFixed();
}

/** One line of text that is equal exactly for equal orders; it is also what an approval signs. */
export function canonicalOrder(order: OrderContent): string {
  return JSON.stringify([
    order.clientOrderId,
    order.market,
    order.symbol,
    order.side,
    order.type,
    ...DECIMALS.map((name) => canonicalDecimal(order[name])),
    order.timeInForce ?? (order.type === 'LIMIT' ? 'GTC' : ''),
    order.reduceOnly ?? false,
    order.closePosition ?? false,
    order.workingType ?? '',
    order.botConfigId ?? '',
    ...(order.positionSide === undefined ? [] : [order.positionSide]),
    ...(order.orderListId === undefined ? [] : ['list', order.orderListId]),
    ...(order.origin === undefined ? [] : ['origin', order.origin.keyId, order.origin.clientId]),
  ]);
}

export const isSameOrder = (left: OrderContent, right: OrderContent): boolean =>
  canonicalOrder(left) === canonicalOrder(right);
