/** The limits of risk alone, by the same names, rules and defaults: for a program that judges as risk would. */
import { RUNTIME_LIMITS, RuntimeLimit } from '@elvis/contracts';
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
