/** The limits that a backtest judges by: those of risk, from its own configuration, as this system would start it. */
import { loadConfig } from '@elvis/platform';
import { RiskLimits, parseLeverage } from '@elvis/rules';
import { LimitsConfig, environmentLimits, limitsOf } from '../../apps/risk/src/limits/limits.config';
import { givenValues } from '../launcher/settings';

export interface ConfiguredLimits {
  readonly limits: RiskLimits;
  readonly leverage: number;
  readonly isLeverageOverridden: boolean;
  /** As they stand in the environment; those that a candle cannot judge say so. */
  readonly told: Readonly<Record<string, string>>;
}

const NOT_JUDGED = {
  RISK_MAX_VENUE_DIVERGENCE: 'candles have no second venue',
  RISK_MAX_CONSECUTIVE_REJECTS: 'nothing is rejected here',
  RISK_MAX_PRICE_AGE_MS: 'prices of candles have no age',
} as const;

/** @throws ConfigError naming every variable that is wrong */
export function readRiskLimits(root: string): ConfiguredLimits {
  const config = loadConfig(LimitsConfig, givenValues(root));
  const values = environmentLimits(config);
  const told = Object.entries(values).map(([name, value]) => {
    const why = NOT_JUDGED[name as keyof typeof NOT_JUDGED] as string | undefined;
    return [name, why === undefined ? value : `${value} (not judged: ${why})`];
  });
  return {
    // An order that opens would need a reference that is never there.
    limits: limitsOf({ ...values, RISK_MAX_VENUE_DIVERGENCE: 'off' }),
    leverage: parseLeverage(config.DEFAULT_LEVERAGE)!,
    isLeverageOverridden: config.OVERRIDE_HIGH_LEVERAGE,
    told: Object.fromEntries(told) as Record<string, string>,
  };
}
