/** The limits by the names of the environment, as text, and as the checks read them. */
import { Decimal } from '@elvis/trading';
import { RiskLimits } from '../order/check';

/** A decimal or `off` each. */
export type LimitTexts = Readonly<
  Record<
    | 'RISK_MAX_ORDER_NOTIONAL'
    | 'RISK_PRICE_COLLAR'
    | 'RISK_MAX_PRICE_AGE_MS'
    | 'RISK_MAX_VENUE_DIVERGENCE'
    | 'RISK_MAX_POSITION_NOTIONAL'
    | 'RISK_MAX_GROSS_NOTIONAL'
    | 'RISK_MAX_OPEN_ORDERS'
    | 'RISK_MAX_ORDERS_PER_SECOND'
    | 'RISK_DUPLICATE_WINDOW_MS'
    | 'RISK_MAX_DAILY_LOSS'
    | 'RISK_MAX_DRAWDOWN'
    | 'RISK_MAX_CONSECUTIVE_REJECTS',
    string
  >
>;

export function limitsOf(values: LimitTexts): RiskLimits {
  const decimal = (name: keyof LimitTexts): Decimal | undefined =>
    values[name] === 'off' ? undefined : new Decimal(values[name]);
  const number = (name: keyof LimitTexts): number | undefined => decimal(name)?.toNumber();
  return {
    maxOrderNotional: decimal('RISK_MAX_ORDER_NOTIONAL'),
    priceCollar: decimal('RISK_PRICE_COLLAR'),
    maxPriceAgeMs: number('RISK_MAX_PRICE_AGE_MS'),
    maxVenueDivergence: decimal('RISK_MAX_VENUE_DIVERGENCE'),
    maxPositionNotional: decimal('RISK_MAX_POSITION_NOTIONAL'),
    maxGrossNotional: decimal('RISK_MAX_GROSS_NOTIONAL'),
    maxOpenOrders: number('RISK_MAX_OPEN_ORDERS'),
    maxOrdersPerSecond: number('RISK_MAX_ORDERS_PER_SECOND'),
    duplicateWindowMs: number('RISK_DUPLICATE_WINDOW_MS'),
    maxDailyLoss: decimal('RISK_MAX_DAILY_LOSS'),
    maxDrawdown: decimal('RISK_MAX_DRAWDOWN'),
    maxConsecutiveRejects: number('RISK_MAX_CONSECUTIVE_REJECTS'),
  };
}
