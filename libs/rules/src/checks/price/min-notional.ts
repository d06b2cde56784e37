/** The exchange's smallest order value: at its own price, else at its trigger, else at the mark. Reduce-only is exempt. */
import { APPROVED, denied } from '@elvis/trading';
import { Check } from '../../order/check';
import { noPrice } from './mark-age';

export const checkMinNotional: Check = (order, { instrument, mark }) => {
  const { content, isReduceOnly, price, trigger, quantity } = order;
  if (isReduceOnly) return APPROVED;
  if (!instrument) return denied('INSTRUMENT_UNKNOWN', { symbol: content.symbol });
  if (!mark) return noPrice(content);
  const notional = quantity.times(price ?? trigger ?? mark.price);
  if (notional.gte(instrument.minNotional)) return APPROVED;
  return denied('NOTIONAL_BELOW_MINIMUM', {
    notional: notional.toFixed(),
    minimum: instrument.minNotional.toFixed(),
  });
};
