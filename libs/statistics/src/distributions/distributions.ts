/** The distributions that the tests lean on, as far as they are needed. */
import { jStat } from 'jstat';

/** Probability that a standard normal value is at most `x`. */
export const normalCdf = (x: number): number => jStat.normal.cdf(x, 0, 1);

/** The standard normal value that is not exceeded with this probability. @throws RangeError outside (0, 1) */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`A quantile needs a probability between 0 and 1, not ${probability}`);
  return jStat.normal.inv(probability, 0, 1);
}

/** Probability that a value of Student's t with so many degrees of freedom is at most `x`. */
export const studentCdf = (x: number, degreesOfFreedom: number): number =>
  jStat.studentt.cdf(x, degreesOfFreedom);
