/** How much was lost, and how much may be. */
import { demand } from './moments';

/**
 * Largest fall from a peak, as a fraction of the peak (0.25: a quarter was lost).
 *
 * @throws RangeError without a value, or where a peak is not above zero
 */
export function maximumDrawdown(equity: readonly number[]): number {
  demand(equity, 1);
  let peak = equity[0]!;
  let deepest = 0;
  for (const value of equity) {
    peak = Math.max(peak, value);
    if (peak <= 0) throw new RangeError('A drawdown needs equity above zero');
    deepest = Math.max(deepest, 1 - value / peak);
  }
  return deepest;
}

/**
 * Historical value at risk: the smallest loss that, of the returns seen, at most the share 1 - `confidence` exceeded. A
 * loss is above zero.
 *
 * @throws RangeError without a value, or for a confidence outside (0, 1)
 */
export function valueAtRisk(returns: readonly number[], confidence = 0.95): number {
  demand(returns, 1);
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`A confidence lies between 0 and 1, not at ${confidence}`);
  const losses = returns.map((each) => -each).sort((a, b) => a - b);
  return losses[Math.ceil(confidence * losses.length - 1e-9) - 1]!;
}

/**
 * Expected shortfall: the mean loss of the worst share 1 - `confidence` of the returns, the loss at the border counted
 * with the part of it that belongs there. Rockafellar and Uryasev, Journal of Banking and Finance 26 (2002), eq. 25.
 *
 * @throws RangeError as `valueAtRisk`
 */
export function expectedShortfall(returns: readonly number[], confidence = 0.95): number {
  const border = valueAtRisk(returns, confidence);
  let beyond = 0;
  for (const each of returns) beyond += Math.max(-each - border, 0);
  return border + beyond / (returns.length * (1 - confidence));
}
