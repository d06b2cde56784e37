/** Reward against risk, for one period of the series: nothing here is made annual. */
import { demand, mean, standardDeviation } from './moments';

/**
 * Sharpe ratio of one period: mean over standard deviation of the returns in excess of `riskFree` (a return of one
 * period). Sharpe, "The Sharpe Ratio", Journal of Portfolio Management 21 (1994).
 *
 * @returns `null` where nothing moves
 * @throws RangeError for fewer than two returns
 */
export function sharpeRatio(returns: readonly number[], riskFree = 0): number | null {
  const deviation = standardDeviation(returns);
  return deviation === 0 ? null : (mean(returns) - riskFree) / deviation;
}

/**
 * Sortino ratio of one period: mean in excess of `target` over the downside deviation, which is the root of the mean
 * square shortfall below the target, over all periods. Sortino and Price, Journal of Investing 3 (1994).
 *
 * @returns `null` where no return is below the target
 * @throws RangeError for fewer than two returns
 */
export function sortinoRatio(returns: readonly number[], target = 0): number | null {
  demand(returns, 2);
  let squares = 0;
  for (const each of returns) squares += Math.min(each - target, 0) ** 2;
  return squares === 0 ? null : (mean(returns) - target) / Math.sqrt(squares / returns.length);
}

/** What was won over what was lost. `null` where nothing was lost. */
export function profitFactor(results: readonly number[]): number | null {
  let won = 0;
  let lost = 0;
  for (const each of results) {
    if (each > 0) won += each;
    else lost -= each;
  }
  return lost === 0 ? null : won / lost;
}
