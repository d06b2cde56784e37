/** The limits of risk alone, by the same names, rules and defaults: for a program that judges as risk would. */
import { RUNTIME_LIMITS, RuntimeLimit } from '@elvis/contracts';
import { RiskLimits } from '@elvis/rules';
import { Decimal } from '@elvis/trading';
import { PickType } from '@nestjs/mapped-types';
import { RiskConfig } from '../risk.config';

export class LimitsConfig extends PickType(RiskConfig, [
  ...RUNTIME_LIMITS,
  'DEFAULT_LEVERAGE',
  'OVERRIDE_HIGH_LEVERAGE',
]) {}

export type LimitValues = Readonly<Record<RuntimeLimit, string>>;

export const environmentLimits = (config: LimitsConfig): LimitValues =>
  Object.fromEntries(RUNTIME_LIMITS.map((name) => [name, config[name]])) as unknown as LimitValues;

/** The limits in the names that people use, as the checks read them. */
export function limitsOf(values: LimitValues): RiskLimits {
  const decimal = (name: RuntimeLimit): Decimal | undefined =>
    values[name] === 'off' ? undefined : new Decimal(values[name]);
  const number = (name: RuntimeLimit): number | undefined => decimal(name)?.toNumber();
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
