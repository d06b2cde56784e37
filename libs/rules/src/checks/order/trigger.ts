/**
 * What a conditional order waits for: a price on the tick, inside the exchange's bounds, and on the side of the market
 * from which it can still be reached. One that the market has passed already would wake at once, as another order than
 * was meant.
 */
import { APPROVED, Decimal, Verdict, denied } from '@elvis/trading';
import { isConditional, isStop } from '../../order/order-shape';
import { Check, CheckedOrder } from '../../order/check';
import { priceGridVerdict } from './price-grid';
import { noPrice } from '../price/mark-age';

const SMALLEST_CALLBACK = new Decimal('0.1');
const LARGEST_CALLBACK = new Decimal('20');

export const checkTrigger: Check = (order, { instrument, mark }) => {
  const { content, trigger } = order;
  if (!isConditional(content)) return APPROVED;
  const callback = checkCallback(order);
  if (!callback.approved || trigger === undefined) return callback;
  if (!instrument) return denied('INSTRUMENT_UNKNOWN', { symbol: content.symbol });
  const grid = priceGridVerdict(trigger, instrument, 'stopPrice');
  if (!grid.approved) return grid;
  if (!mark) return noPrice(content);
  const isAbove = trigger.gt(mark.price);
  if (waitsAbove(order) ? isAbove : trigger.lt(mark.price)) return APPROVED;
  return denied('TRIGGER_WRONG_SIDE', {
    trigger: trigger.toFixed(),
    mark: mark.price.toFixed(),
    must: waitsAbove(order) ? 'above' : 'below',
  });
};

/** A stop follows the market away from us; a profit, and the point from which a trailing stop follows, lie the other way. */
const waitsAbove = ({ content }: CheckedOrder): boolean =>
  isStop(content) ? content.side === 'BUY' : content.side === 'SELL';

function checkCallback({ callback }: CheckedOrder): Verdict {
  if (callback === undefined || (callback.gte(SMALLEST_CALLBACK) && callback.lte(LARGEST_CALLBACK)))
    return APPROVED;
  return denied('CALLBACK_OUT_OF_RANGE', {
    callbackRate: callback.toFixed(),
    lowest: SMALLEST_CALLBACK.toFixed(),
    highest: LARGEST_CALLBACK.toFixed(),
  });
}
