/**
 * How much leverage may be used: a whole number from 1 to 125; above 5 is worth a warning at every start; above 10
 * needs the operator's override. 5 and 10 themselves are below their lines. One policy for start-up, for every change
 * while running and for a bot's own setting. Per-symbol caps come on top: the tightest wins.
 */
import { APPROVED, Verdict, denied } from '@elvis/trading';

export const LEVERAGE_MAXIMUM = 125;
export const LEVERAGE_WARNING_ABOVE = 5;
export const LEVERAGE_OVERRIDE_ABOVE = 10;

const WHOLE_NUMBER = /^[1-9]\d{0,3}$/;

/** Reads a leverage as it stands in the environment; undefined for anything that is no whole number from 1 to 125. */
export function parseLeverage(text: unknown): number | undefined {
  if (typeof text !== 'string' || !WHOLE_NUMBER.test(text)) return undefined;
  const leverage = Number(text);
  return leverage <= LEVERAGE_MAXIMUM ? leverage : undefined;
}

export type LeverageAtStart =
  | { readonly starts: true; readonly leverage: number; readonly warning?: string }
  | { readonly starts: false; readonly problem: string };

/** What a configured leverage means at start: it runs, it runs with a warning, or the service must not start. */
export function checkLeverageAtStart(name: string, text: unknown, isOverridden: boolean): LeverageAtStart {
  const leverage = parseLeverage(text);
  if (leverage === undefined) {
    return { starts: false, problem: `${name} must be a whole number from 1 to ${LEVERAGE_MAXIMUM}` };
  }
  if (leverage > LEVERAGE_OVERRIDE_ABOVE && !isOverridden) {
    return {
      starts: false,
      problem: `${name} above ${LEVERAGE_OVERRIDE_ABOVE} is refused unless OVERRIDE_HIGH_LEVERAGE is exactly true`,
    };
  }
  if (leverage > LEVERAGE_WARNING_ABOVE) {
    return {
      starts: true,
      leverage,
      warning: `${name} is ${leverage}, above ${LEVERAGE_WARNING_ABOVE}: losses are multiplied by it`,
    };
  }
  return { starts: true, leverage };
}

export interface LeverageLimits {
  /** What the operator allows on this symbol, if a cap of its own is set. */
  readonly symbolCap?: number;
  readonly isOverridden: boolean;
}

/** Whether this leverage may be set or traded on; also for changes while running. */
export function checkLeverage(requested: number, { symbolCap, isOverridden }: LeverageLimits): Verdict {
  if (!Number.isInteger(requested) || requested < 1 || requested > LEVERAGE_MAXIMUM) {
    return denied('LEVERAGE_INVALID', { requested: `${requested}`, maximum: `${LEVERAGE_MAXIMUM}` });
  }
  if (requested > LEVERAGE_OVERRIDE_ABOVE && !isOverridden) {
    return denied('LEVERAGE_ABOVE_MAXIMUM', {
      requested: `${requested}`,
      maximum: `${LEVERAGE_OVERRIDE_ABOVE}`,
      setBy: 'house',
    });
  }
  if (symbolCap !== undefined && requested > symbolCap) {
    return denied('LEVERAGE_ABOVE_MAXIMUM', {
      requested: `${requested}`,
      maximum: `${symbolCap}`,
      setBy: 'symbol',
    });
  }
  return APPROVED;
}

/** The leverage a symbol trades on when nobody has set another one: the default, or the symbol's cap if that is lower. */
export const leverageFor = (defaultLeverage: number, symbolCap: number | undefined): number =>
  symbolCap === undefined ? defaultLeverage : Math.min(defaultLeverage, symbolCap);
