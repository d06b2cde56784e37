/**
 * How long a position has been without its stop, and what that calls for: an alert after two seconds, a close at market and
 * a fault after ten. While nothing may be sent (halted, or frozen by the exchange) nothing is, and the ten seconds run from
 * the moment reduce-only orders pass again; the age goes on all the while.
 */
const ALERT_AFTER_MS = 2_000;
const CLOSE_AFTER_MS = 10_000;

export interface Breach {
  /** Since when the position is bare. */
  readonly sinceMs: number;
  /** Since when it is bare and could be closed; null while nothing may be sent. */
  readonly closableSinceMs: number | null;
  readonly isAlerted: boolean;
}

export interface Seen {
  readonly isCovered: boolean;
  /** Whether orders that only reduce pass now. */
  readonly mayReduce: boolean;
  /** A clock that never goes back. */
  readonly atMs: number;
}

export interface BreachVerdict {
  /** Undefined where the position is protected, or there is none. */
  readonly breach: Breach | undefined;
  readonly ageMs: number;
  /** True once for each breach. */
  readonly alert: boolean;
  readonly mustClose: boolean;
}

const WHOLE: BreachVerdict = { breach: undefined, ageMs: 0, alert: false, mustClose: false };

/** What one look at a position makes of what was known of it. */
export function breachAfter(before: Breach | undefined, { isCovered, mayReduce, atMs }: Seen): BreachVerdict {
  if (isCovered) return WHOLE;
  const sinceMs = before?.sinceMs ?? atMs;
  const closableSinceMs = mayReduce ? (before?.closableSinceMs ?? atMs) : null;
  const ageMs = atMs - sinceMs;
  const isDue = ageMs > ALERT_AFTER_MS;
  return {
    breach: { sinceMs, closableSinceMs, isAlerted: isDue || (before?.isAlerted ?? false) },
    ageMs,
    alert: isDue && !before?.isAlerted,
    mustClose: closableSinceMs !== null && atMs - closableSinceMs > CLOSE_AFTER_MS,
  };
}
