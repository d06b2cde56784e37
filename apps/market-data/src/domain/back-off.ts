/** How long to wait before the next attempt: doubling from `firstMs` to `capMs`, the upper half of it random. */
export interface BackOff {
  readonly firstMs: number;
  readonly capMs: number;
}

/**
 * @param attempt 0 for the first repeat
 * @param chance  from 0 to 1: where in the random half this wait falls, so that many clients do not return at once
 */
export function backOffMs(attempt: number, chance: number, { firstMs, capMs }: BackOff): number {
  const full = Math.min(capMs, firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(full / 2 + (full / 2) * chance);
}
