/** The limits that a backtest judges by, and those that candles cannot judge. */
import { LimitTexts, RiskLimits, limitsOf } from '@elvis/rules';

export interface JudgedLimits {
  readonly limits: RiskLimits;
  /** As they stand in the environment; those that a candle cannot judge say so. */
  readonly told: Readonly<Record<string, string>>;
}

const NOT_JUDGED = {
  RISK_MAX_VENUE_DIVERGENCE: 'candles have no second venue',
  RISK_MAX_CONSECUTIVE_REJECTS: 'nothing is rejected here',
  RISK_MAX_PRICE_AGE_MS: 'prices of candles have no age',
} as const;

export function judgedLimits(values: LimitTexts): JudgedLimits {
  const told = Object.entries(values).map(([name, value]) => {
    const why = NOT_JUDGED[name as keyof typeof NOT_JUDGED] as string | undefined;
    return [name, why === undefined ? value : `${value} (not judged: ${why})`];
  });
  return {
    // An order that opens would need a reference that is never there.
    limits: limitsOf({ ...values, RISK_MAX_VENUE_DIVERGENCE: 'off' }),
    told: Object.fromEntries(told) as Record<string, string>,
  };
}
