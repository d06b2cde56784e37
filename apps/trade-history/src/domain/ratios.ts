/**
 * Sharpe and Sortino ratios of daily results, for a year of 365 days because this market never closes. The capital
 * is taken as constant, so it cancels out and amounts stand for returns; the risk-free rate is taken as zero.
 */
const DAYS_A_YEAR = 365;
/** Of fewer days with trades a ratio says more about chance than about the trading. */
const MIN_TRADED_DAYS = 7;

type RatioReason = 'TOO_FEW_DAYS' | 'NO_RISK';

export interface Ratios {
  readonly tradedDays: number;
  readonly sharpe: number | null;
  readonly sharpeReason: RatioReason | null;
  readonly sortino: number | null;
  readonly sortinoReason: RatioReason | null;
}

/** The ratios of `daily`, of whose days `tradedDays` had trades. */
export function ratiosOf(daily: readonly number[], tradedDays: number): Ratios {
  const isEnough = tradedDays >= MIN_TRADED_DAYS;
  const sharpe = isEnough ? sharpeRatio(daily) : undefined;
  const sortino = isEnough ? sortinoRatio(daily) : undefined;
  const reason = (ratio: number | undefined): RatioReason | null =>
    ratio !== undefined ? null : isEnough ? 'NO_RISK' : 'TOO_FEW_DAYS';
  return {
    tradedDays,
    sharpe: sharpe ?? null,
    sharpeReason: reason(sharpe),
    sortino: sortino ?? null,
    sortinoReason: reason(sortino),
  };
}

/** Mean over standard deviation (of a sample), times the root of the year. Undefined below two days or without spread. */
export function sharpeRatio(daily: readonly number[]): number | undefined {
  if (daily.length < 2) return undefined;
  const average = mean(daily);
  const spread = Math.sqrt(
    daily.reduce((sum, result) => sum + (result - average) ** 2, 0) / (daily.length - 1),
  );
  return ratio(average, spread);
}

/** As Sharpe, but only falls count as risk: the root of the mean square of the days below zero, over all days. */
export function sortinoRatio(daily: readonly number[]): number | undefined {
  if (daily.length < 2) return undefined;
  const fall = Math.sqrt(daily.reduce((sum, result) => sum + Math.min(result, 0) ** 2, 0) / daily.length);
  return ratio(mean(daily), fall);
}

/** Every day of the window in order, those without a result as zero. */
export function everyDay(
  results: ReadonlyMap<string, number>,
  firstDayMs: number,
  lastDayMs: number,
  nameOf: (dayMs: number) => string,
): number[] {
  const days: number[] = [];
  for (let day = firstDayMs; day <= lastDayMs; day += DAY_MS) days.push(results.get(nameOf(day)) ?? 0);
  return days;
}

export const DAY_MS = 86_400_000;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const ratio = (average: number, risk: number): number | undefined =>
  risk > 0 ? (average / risk) * Math.sqrt(DAYS_A_YEAR) : undefined;
