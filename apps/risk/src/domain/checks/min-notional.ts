/** The exchange's smallest order value: at its own price for a limit order, at the mark for a market order. Reduce-only is exempt. */
import { APPROVED, denied } from '@elvis/trading';
import { Check } from './check';

export const checkMinNotional: Check = ({ content, isReduceOnly, price, quantity }, { instrument, mark }) => {
  if (isReduceOnly) return APPROVED;
  if (!instrument) return denied('INSTRUMENT_UNKNOWN', { symbol: content.symbol });
  if (!mark) return denied('MARK_MISSING', { symbol: content.symbol });
  const notional = quantity.times(price ?? mark.price);
  if (notional.gte(instrument.minNotional)) return APPROVED;
  return denied('NOTIONAL_BELOW_MINIMUM', {
    notional: notional.toFixed(),
    minimum: instrument.minNotional.toFixed(),
  });
};
