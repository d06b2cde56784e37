/**
 * How sure a Sharpe ratio is. Every ratio is that of one period, never annual.
 *
 * Bailey and Lopez de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15 (2012).
 */
import { normalCdf, normalQuantile } from '../distributions/distributions';

export interface ObservedSharpe {
  /** Of one period. */
  readonly sharpe: number;
  /** How many periods it is from. */
  readonly periods: number;
  readonly skewness: number;
  /** 3 for normal returns. */
  readonly kurtosis: number;
}

/** Variance of the estimated ratio times the number of periods less one (Mertens 2002). */
const spread = ({ sharpe, skewness, kurtosis }: Omit<ObservedSharpe, 'periods'>): number =>
  1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;

/** Probability that the true ratio is above `benchmark`. @throws RangeError for fewer than two periods */
export function probabilisticSharpe(observed: ObservedSharpe, benchmark = 0): number {
  if (observed.periods < 2) throw new RangeError('A probabilistic Sharpe ratio needs at least two periods');
  const distance = (observed.sharpe - benchmark) * Math.sqrt(observed.periods - 1);
  return normalCdf(distance / Math.sqrt(spread(observed)));
}

/**
 * How many periods are needed to be sure, with this confidence, that the true ratio is above `benchmark`; not rounded.
 *
 * @returns Infinity where the observed ratio is not above the benchmark
 */
export function minimumTrackRecord(
  observed: Omit<ObservedSharpe, 'periods'>,
  benchmark = 0,
  confidence = 0.95,
): number {
  if (observed.sharpe <= benchmark) return Infinity;
  const distance = normalQuantile(confidence) / (observed.sharpe - benchmark);
  return 1 + spread(observed) * distance ** 2;
}
