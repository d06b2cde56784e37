/** The limits that a backtest judges by: those of risk, from its own configuration, as this system would start it. */
import { loadConfig } from '@elvis/platform';
import { JudgedLimits, judgedLimits } from '@elvis/research';
import { parseLeverage } from '@elvis/rules';
import { LimitsConfig, environmentLimits } from '../../apps/risk/src/limits/limits.config';
import { givenValues } from '../launcher/settings';

export interface ConfiguredLimits extends JudgedLimits {
  readonly leverage: number;
  readonly isLeverageOverridden: boolean;
}

/** @throws ConfigError naming every variable that is wrong */
export function readRiskLimits(root: string): ConfiguredLimits {
  const config = loadConfig(LimitsConfig, givenValues(root));
  return {
    ...judgedLimits(environmentLimits(config)),
    leverage: parseLeverage(config.DEFAULT_LEVERAGE)!,
    isLeverageOverridden: config.OVERRIDE_HIGH_LEVERAGE,
  };
}
