/** Which orders Elvis sends at all: LIMIT and MARKET on futures. What is not known here is refused, not passed on. */
import { APPROVED, denied } from '@elvis/trading';
import { Check } from './check';

export const checkOrderType: Check = ({ content, price }) => {
  const { market, type, closePosition, stopPrice, callbackRate } = content;
  const refused = (why: string) => denied('ORDER_TYPE_UNSUPPORTED', { market, type, why });
  if (market !== 'futures') return refused('only futures are traded');
  if (type !== 'LIMIT' && type !== 'MARKET') return refused('only LIMIT and MARKET are sent');
  if (closePosition) return refused('closePosition belongs to conditional orders');
  if (stopPrice !== undefined || callbackRate !== undefined) {
    return refused('stopPrice and callbackRate belong to conditional orders');
  }
  if (type === 'MARKET' && price !== undefined) return refused('a MARKET order has no price');
  if (type === 'LIMIT' && price === undefined) return refused('a LIMIT order has a price');
  if (type === 'MARKET' && content.timeInForce !== undefined) {
    return refused('a MARKET order has no time in force');
  }
  return APPROVED;
};
