/** In live trading a bot opens only what was cleared. A limited clearance's notional limits are among the limits that hold. */
import { APPROVED, Decimal, denied } from '@elvis/trading';
import { Check, ClearanceFact, RiskLimits } from '../../order/check';
import { opensNothing } from '../../order/order-shape';

export const checkClearance: Check = (order, { clearance }) => {
  if (clearance === undefined || opensNothing(order)) return APPROVED;
  const { lacks, limits, ordersToday = 0, lossToday = '0' } = clearance;
  if (lacks !== undefined) return denied('CLEARANCE_MISSING', { because: lacks });
  if (limits === undefined) return APPROVED;
  const { symbol } = order.content;
  if (symbol !== limits.symbol) return denied('CLEARANCE_EXCEEDED', { symbol, cleared: limits.symbol });
  if (ordersToday > limits.maxOrdersADay)
    return denied('CLEARANCE_EXCEEDED', {
      ordersToday: `${ordersToday}`,
      maximum: `${limits.maxOrdersADay}`,
    });
  if (new Decimal(lossToday).gte(limits.maxDailyLoss))
    return denied('CLEARANCE_EXCEEDED', { lossToday, maximum: limits.maxDailyLoss });
  return APPROVED;
};

/** The stricter of both: what a limited clearance allows is judged where every notional is. */
export function limitsWithin(limits: RiskLimits, clearance: ClearanceFact | undefined): RiskLimits {
  if (clearance?.limits === undefined) return limits;
  const { maxOrderNotional, maxPositionNotional } = clearance.limits;
  return {
    ...limits,
    maxOrderNotional: Decimal.min(limits.maxOrderNotional ?? maxOrderNotional, maxOrderNotional),
    maxPositionNotional: Decimal.min(limits.maxPositionNotional ?? maxPositionNotional, maxPositionNotional),
  };
}
