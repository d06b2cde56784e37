/** The limits as the environment gives them, and what has to be said about them at start. */
import { Decimal } from '@elvis/trading';
import { RiskLimits } from './domain/checks/check';
import { judgeLeverageAtStart, leverageFor, parseLeverage } from './domain/leverage-policy';
import { RiskConfig } from './risk.config';

const LIMIT_NAMES = ['RISK_MAX_ORDER_NOTIONAL', 'RISK_PRICE_COLLAR', 'RISK_MAX_PRICE_AGE_MS'] as const;

const decimalOrOff = (text: string): Decimal | undefined => (text === 'off' ? undefined : new Decimal(text));

export const limitsOf = (config: RiskConfig): RiskLimits => ({
  maxOrderNotional: decimalOrOff(config.RISK_MAX_ORDER_NOTIONAL),
  priceCollar: decimalOrOff(config.RISK_PRICE_COLLAR),
  maxPriceAgeMs: decimalOrOff(config.RISK_MAX_PRICE_AGE_MS)?.toNumber(),
});

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
  const verdict = judgeLeverageAtStart(
    'DEFAULT_LEVERAGE',
    config.DEFAULT_LEVERAGE,
    config.OVERRIDE_HIGH_LEVERAGE,
  );
  return [
    ...LIMIT_NAMES.filter((name) => config[name] === 'off').map(
      (name) => `${name} is off: nothing limits it`,
    ),
    ...(verdict.starts && verdict.warning ? [verdict.warning] : []),
  ];
}
