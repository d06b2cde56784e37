/** What a limited GO allows, in the manner of RTS 6, Article 8: small, few, and only for two weeks. */
import { ClearanceLimits, Decimal } from '@elvis/trading';

const ORDERS_A_DAY = 20;
const LIMITED_DAYS = 14;

/** @param minNotional the least order that the exchange takes for the symbol */
export function limitedBy(symbol: string, minNotional: string): ClearanceLimits {
  const least = new Decimal(minNotional);
  return {
    symbol,
    maxOrderNotional: least.times(2).toFixed(),
    maxPositionNotional: least.times(4).toFixed(),
    maxOrdersADay: ORDERS_A_DAY,
    maxDailyLoss: least.div(10).toFixed(),
  };
}

/** How long a clearance holds. */
export const daysOf = (verdict: 'GO' | 'GO_LIMITED', clearanceDays: number): number =>
  verdict === 'GO' ? clearanceDays : Math.min(LIMITED_DAYS, clearanceDays);
