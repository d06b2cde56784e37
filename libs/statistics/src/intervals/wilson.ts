/**
 * Interval for a share of successes, right for few trials and for shares near 0 and 1.
 *
 * Wilson, Journal of the American Statistical Association 22 (1927).
 */
import { normalQuantile } from '../distributions/distributions';
import { Interval } from './bootstrap';

/** @throws RangeError without a trial, or for successes that are not among the trials */
export function wilsonInterval(successes: number, trials: number, confidence = 0.95): Interval {
  if (!(trials >= 1 && successes >= 0 && successes <= trials))
    throw new RangeError(`${successes} of ${trials} is not a share`);
  const z = normalQuantile(0.5 + confidence / 2);
  const share = successes / trials;
  const scale = 1 + z ** 2 / trials;
  const middle = (share + z ** 2 / (2 * trials)) / scale;
  const reach = (z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2))) / scale;
  return { low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}
