/**
 * What trying often does to the best Sharpe ratio found.
 *
 * Bailey and Lopez de Prado, "The Deflated Sharpe Ratio", Journal of Portfolio Management 40 (2014).
 */
import { normalQuantile } from '../distributions/distributions';
import { ObservedSharpe, probabilisticSharpe } from './track-record';

const EULER_MASCHERONI = 0.577_215_664_901_532_9;

/**
 * The best ratio of one period that so many trials without any skill are expected to show.
 *
 * @param trialVariance variance of the trials' ratios of one period
 * @throws RangeError for less than one trial
 */
export function expectedBestSharpe(trials: number, trialVariance: number): number {
  if (!(trials >= 1)) throw new RangeError(`The number of trials is at least 1, not ${trials}`);
  if (trials === 1) return 0;
  const best =
    (1 - EULER_MASCHERONI) * normalQuantile(1 - 1 / trials) +
    EULER_MASCHERONI * normalQuantile(1 - 1 / (trials * Math.E));
  return Math.sqrt(trialVariance) * best;
}

/** Probability that the observed ratio is above what so many skill-less trials would have shown at best. */
export const deflatedSharpe = (observed: ObservedSharpe, trials: number, trialVariance: number): number =>
  probabilisticSharpe(observed, expectedBestSharpe(trials, trialVariance));
