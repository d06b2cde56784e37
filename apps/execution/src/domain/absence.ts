import { MAX_CLOCK_ERROR_MS } from '@elvis/trading';

/**
 * When "does not exist" may be believed: only once the request can no longer be accepted, then twice, some time apart,
 * and while the account was watched without a gap from the first time to the second.
 */
export interface Miss {
  /** Exchange time of the answer "does not exist". */
  readonly nowMs: number;
  readonly clockErrorMs: number;
  /** Until then the exchange could still accept the request. */
  readonly lastMomentMs: number;
  /** The span without a gap in which the account is watched; undefined if it is not followed. */
  readonly span: string | undefined;
}

export interface Absence {
  /** The first miss that counts. */
  readonly firstMs: number;
  readonly span: string;
  readonly misses: number;
  readonly isConcluded: boolean;
}

const MARGIN_MS = 1_000;
const APART_MS = 400;

/** Whether the exchange can no longer accept what it had to accept by then; by any error a clock is trusted with. */
export const isPast = (lastMomentMs: number, nowMs: number, clockErrorMs: number): boolean =>
  nowMs > lastMomentMs + MARGIN_MS + Math.max(clockErrorMs, MAX_CLOCK_ERROR_MS);

export function absenceAfter(before: Absence | undefined, miss: Miss): Absence | undefined {
  const { nowMs, clockErrorMs, lastMomentMs, span } = miss;
  if (span === undefined || !isPast(lastMomentMs, nowMs, clockErrorMs)) return undefined;
  if (before?.span !== span) return { firstMs: nowMs, span, misses: 1, isConcluded: false };
  const isSecond = nowMs - before.firstMs >= APART_MS;
  return { ...before, misses: before.misses + 1, isConcluded: isSecond };
}
