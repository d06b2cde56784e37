/**
 * What one replica may spend while Redis is unavailable: in the window of the outage an equal part of what was surely
 * left, then an equal part of nine tenths of the limit. A replica that is merely cut off keeps to the hundredth that
 * the others hold back for it.
 */
import { windowIndex } from './ledger';

export interface ShareTerms {
  readonly limit: number;
  readonly windowMs: number;
  readonly cost: number;
  /** Exchange time. */
  readonly now: number;
  readonly maxReplicas: number;
  /** True: the others see Redis, or no replica is heard at all. */
  readonly isCutOff: boolean;
  /** What was last known to be used, and of which window. */
  readonly known: { readonly index: number; readonly used: number } | undefined;
}

export interface ShareSpent {
  readonly index: number;
  readonly spent: number;
}

const USABLE = 0.9;
const KEPT_BACK = 0.01;

/** How much of the window is this replica's own while Redis is unavailable. */
export function shareOf({ limit, windowMs, now, maxReplicas, isCutOff, known }: ShareTerms): number {
  if (isCutOff) return Math.floor(limit * KEPT_BACK);
  const isSameWindow = known?.index === windowIndex(now, windowMs);
  const left = limit * USABLE - (isSameWindow ? known.used : 0);
  return Math.floor(Math.max(0, left) / maxReplicas);
}

/** The account after spending, or undefined if the share does not allow it. */
export function spendShare(before: ShareSpent | undefined, terms: ShareTerms): ShareSpent | undefined {
  const index = windowIndex(terms.now, terms.windowMs);
  const spent = (before?.index === index ? before.spent : 0) + terms.cost;
  return spent <= shareOf(terms) ? { index, spent } : undefined;
}
