/** The limits that a backtest judges by: those of risk, from its own configuration, as this system would start it. */
import { loadConfig } from '@elvis/platform';
import { LimitTexts, parseLeverage } from '@elvis/rules';
import { LimitsConfig, environmentLimits } from '../../apps/risk/src/limits/limits.config';
import { givenValues } from '../launcher/settings';

/** In texts, so that a thread can be told them: to read them it would load what a service loads. */
export interface ConfiguredLimits {
  readonly texts: LimitTexts;
  readonly leverage: number;
  readonly isLeverageOverridden: boolean;
}

/** @throws ConfigError naming every variable that is wrong */
export function readRiskLimits(root: string): ConfiguredLimits {
  const config = loadConfig(LimitsConfig, givenValues(root));
  return {
    texts: environmentLimits(config),
    leverage: parseLeverage(config.DEFAULT_LEVERAGE)!,
    isLeverageOverridden: config.OVERRIDE_HIGH_LEVERAGE,
  };
}
