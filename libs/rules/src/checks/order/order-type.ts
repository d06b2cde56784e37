/** Which orders Elvis sends at all, and what each must and must not carry. What is not known here is refused, not passed on. */
import { APPROVED, OrderContent, Verdict, denied } from '@elvis/trading';
import { OrderShape, shapeOf } from '../../order/order-shape';
import { Check } from '../../order/check';

export const checkOrderType: Check = ({ content }) => {
  const shape = shapeOf(content);
  const why = shape ? whatIsWrong(content, shape) : `the ${content.market} market has no orders of this type`;
  return why === undefined ? APPROVED : unsupported(content, why);
};

const unsupported = ({ market, type }: OrderContent, why: string): Verdict =>
  denied('ORDER_TYPE_UNSUPPORTED', { market, type, why });

function whatIsWrong(content: OrderContent, shape: OrderShape): string | undefined {
  const { market, type, price, stopPrice, callbackRate, timeInForce, closePosition } = content;
  if (shape.hasPrice && price === undefined) return `a ${type} order needs a price`;
  if (!shape.hasPrice && price !== undefined) return `a ${type} order must not have a price`;
  if (shape.trigger === 'needed' && stopPrice === undefined) return `a ${type} order needs a stopPrice`;
  if (shape.trigger === 'none' && stopPrice !== undefined) return `a ${type} order must not have a stopPrice`;
  if (shape.hasCallback !== (callbackRate !== undefined))
    return `a ${type} order ${shape.hasCallback ? 'needs a' : 'must not have a'} callbackRate`;
  if (!shape.hasTimeInForce && timeInForce !== undefined)
    return `a ${type} order must not have a timeInForce`;
  if (market === 'spot') return whatSpotLacks(content);
  if (shape.trigger === 'none' && content.workingType !== undefined)
    return `a ${type} order must not have a workingType`;
  if (closePosition && !shape.mayClosePosition) return `a ${type} order cannot close the position`;
  if (closePosition && content.reduceOnly)
    return 'closePosition already implies reduce-only; leave reduceOnly out';
  return undefined;
}

function whatSpotLacks(content: OrderContent): string | undefined {
  if (content.reduceOnly)
    return 'spot has no reduce-only orders; leave reduceOnly out: a SELL never sells more than is held';
  if (content.closePosition) return 'spot has no positions; leave closePosition out';
  if (content.workingType !== undefined) return 'spot has no mark price; leave workingType out';
  if (content.timeInForce === 'GTX') return 'spot has no GTX; send a LIMIT_MAKER';
  return undefined;
}
