/** Trying again: exponential with jitter, never sooner than the exchange asked, never past the caller's deadline. */
import { DelegateBackoff, handleWhen, retry } from 'cockatiel';

export interface Backoff {
  /** Tries in all. */
  readonly attempts: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly multiplier: number;
  /** 0 to 1; chance belongs to the caller, so that a test can choose it. */
  readonly chance: () => number;
}

/** The wait before try `attempt + 1`: anywhere between the shortest wait and the exponential one. */
export function backoffMs({ minMs, maxMs, multiplier, chance }: Backoff, attempt: number): number {
  const ceiling = Math.min(maxMs, Math.max(minMs, multiplier * 1_000 * 2 ** attempt));
  return minMs + (ceiling - minMs) * chance();
}

/**
 * Runs `work` until it succeeds, fails for good, or no further try would fit.
 *
 * @param verdictOf undefined: this error is final; else how long the exchange asked to wait
 */
export function withRetries<Result>(
  backoff: Backoff,
  giveUpAt: number,
  verdictOf: (error: unknown) => { readonly atLeastMs: number } | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  let attempt = 0;
  let waitMs = 0;
  const policy = retry(
    handleWhen((error: unknown) => {
      const verdict = verdictOf(error);
      if (!verdict) return false;
      attempt += 1;
      waitMs = Math.max(verdict.atLeastMs, backoffMs(backoff, attempt));
      return performance.now() + waitMs < giveUpAt;
    }),
    { maxAttempts: backoff.attempts - 1, backoff: new DelegateBackoff(() => waitMs) },
  );
  return policy.execute(work);
}
