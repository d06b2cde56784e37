/** What may stand in a limit, what each symbol is traded on, and what has to be said about all of it at start. */
import { RUNTIME_LIMITS, RuntimeLimit } from '@elvis/contracts';
import { checkLeverageAtStart, leverageFor, parseLeverage } from '@elvis/rules';
import { parsePositiveDecimal } from '@elvis/trading';
import { RiskConfig } from '../risk.config';

const HALT_SETTINGS = [
  'HALT_ON_STALE_MARKET_MS',
  'HALT_ON_UNKNOWN_AGE_MS',
  'HALT_ON_BAN',
  'HALT_ON_MIXED_BUILDS_MS',
] as const;

const WHOLE: ReadonlySet<RuntimeLimit> = new Set([
  'RISK_MAX_OPEN_ORDERS',
  'RISK_MAX_ORDERS_PER_SECOND',
  'RISK_DUPLICATE_WINDOW_MS',
  'RISK_MAX_CONSECUTIVE_REJECTS',
]);

/** Off unless somebody wants it: nothing is missing where it is, so nothing is warned of. */
const OPTIONAL: ReadonlySet<RuntimeLimit> = new Set(['RISK_MAX_VENUE_DIVERGENCE']);

export const haltSettings = (config: RiskConfig): Readonly<Record<string, string>> =>
  Object.fromEntries(HALT_SETTINGS.map((name) => [name, config[name]]));

/** What is wrong with a value for this limit, or undefined. */
export function problemWith(name: string, value: unknown): string | undefined {
  if (!(RUNTIME_LIMITS as readonly string[]).includes(name))
    return `${name} is not a limit that can be changed`;
  if (value === 'off') return undefined;
  if (!parsePositiveDecimal(value)) return `${name} must be a positive decimal as a string, or the word off`;
  if (WHOLE.has(name as RuntimeLimit) && !/^[1-9]\d{0,8}$/.test(value as string)) {
    return `${name} must be a whole number from 1, or the word off`;
  }
  return undefined;
}

export interface LeverageOfSymbol {
  readonly leverage: number;
  readonly cap?: number;
}

export function leverageOfSymbols(config: RiskConfig): ReadonlyMap<string, LeverageOfSymbol> {
  const standard = parseLeverage(config.DEFAULT_LEVERAGE) ?? 1;
  return new Map(
    config.SYMBOLS.map((symbol) => {
      const cap = parseLeverage(config.MAX_LEVERAGE[symbol]);
      return [symbol, { leverage: leverageFor(standard, cap), cap }];
    }),
  );
}

/** What an operator has to hear at every start: limits switched off, and a leverage above the usual. */
export function startWarnings(config: RiskConfig): readonly string[] {
  const verdict = checkLeverageAtStart(
    'DEFAULT_LEVERAGE',
    config.DEFAULT_LEVERAGE,
    config.OVERRIDE_HIGH_LEVERAGE,
  );
  return [
    ...RUNTIME_LIMITS.filter((name) => config[name] === 'off' && !OPTIONAL.has(name)).map(
      (name) => `${name} is off: this risk limit is not enforced`,
    ),
    ...HALT_SETTINGS.filter((name) => config[name] === 'off').map(
      (name) => `${name} is off: trading is not stopped automatically by this condition`,
    ),
    ...(verdict.starts && verdict.warning ? [verdict.warning] : []),
  ];
}
