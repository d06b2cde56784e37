/** A gate: one question about the evidence, answered pass, fail or unknown. Unknown is never pass. */
import { Evidence, ItemName } from '../evidence/evidence';

export const GROUPS = ['SAFE', 'FID', 'EDGE', 'COST'] as const;
export type Group = (typeof GROUPS)[number];
export type Answer = 'pass' | 'fail' | 'unknown';

/** What the answers are measured by; `GO_*` of the configuration names the same. */
export interface Thresholds {
  /** Days that the paper period has at least, and closed trades in it. */
  readonly paperDays: number;
  readonly paperTrades: number;
  /** Basis points by which live may be worse than paper. */
  readonly shortfallBps: number;
  /** Share of the capital that a bad year may cost. */
  readonly acceptedLoss: number;
  /** Seeds of a rehearsal. */
  readonly rehearsalSeeds: number;
  /** Empty where the win rate counts; else why it does not, which the report prints. */
  readonly winRateOffBecause: string;
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  paperDays: 14,
  paperTrades: 50,
  shortfallBps: 2,
  acceptedLoss: 0.2,
  rehearsalSeeds: 25,
  winRateOffBecause: '',
};

export interface Finding {
  readonly answer: Answer;
  /** What was found, with its figures. */
  readonly because: string;
  readonly value?: number;
  readonly low?: number;
  readonly high?: number;
  /** Days that are missing until the answer can be known, if all goes on as it did; null where no time helps. */
  readonly daysMissing?: number | null;
}

export interface Gate {
  readonly id: string;
  readonly group: Group;
  /** The question, as a person asks it. */
  readonly asks: string;
  /** What has to hold. */
  readonly passes: string;
  /** The items it is answered from; where one could not be had the answer is unknown. */
  readonly from: readonly ItemName[];
  /** Whether it is asked of a bot alone; the installation has only the others. */
  readonly isOfBot: boolean;
  readonly find: (evidence: Evidence, thresholds: Thresholds) => Finding;
}

export const pass = (because: string, figures: Partial<Finding> = {}): Finding => ({
  answer: 'pass',
  because,
  ...figures,
});
export const fail = (because: string, figures: Partial<Finding> = {}): Finding => ({
  answer: 'fail',
  because,
  ...figures,
});
export const unknown = (because: string, figures: Partial<Finding> = {}): Finding => ({
  answer: 'unknown',
  because,
  ...figures,
});

/** By where an interval lies: wholly on the good side, wholly on the bad one, or in between. */
export function byInterval(
  what: string,
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
  bound: number,
  good: 'above' | 'below',
): Finding {
  const figures = { value, low, high };
  const text = `${what} is ${short(value)} (95 %: ${short(low)} to ${short(high)}), wanted ${good} ${short(bound)}`;
  const isGood = good === 'above' ? low >= bound : high <= bound;
  const isBad = good === 'above' ? high < bound : low > bound;
  if (isGood) return pass(text, figures);
  return isBad ? fail(text, figures) : unknown(`${text}: the interval lies on both sides`, figures);
}

/** For a sentence; the figures themselves stay as they are. */
export const short = (value: number): string => `${Number(value.toPrecision(4))}`;
