/** How patient a stream of a venue is with its connection, and how long it waits before the next try. */

export interface SessionRules {
  /** A connection that is not open by then is given up (`slow`). */
  readonly handshakeMs: number;
  /** So is one whose subscriptions are not confirmed by then. */
  readonly confirmMs: number;
  /** With nothing heard for so long the session is SILENT ... */
  readonly silentMs: number;
  /** ... and after so long the connection is cut (`silent`). */
  readonly cutMs: number;
  /** Whether pings and pongs count as heard: where a day may pass without data, on account streams. */
  readonly framesCount: boolean;
  /** Venues cut every connection after 24 hours; a successor takes over before. */
  readonly rotateMs: number;
  /** Between two frames that subscribe or unsubscribe: venues cut those who say too much. */
  readonly controlEveryMs: number;
  /** Where it is given, what comes may wait so long to be read; `readNow` reads it before. */
  readonly readEveryMs?: number;
  readonly backOff: BackOffRules;
}

export interface BackOffRules {
  /** A connection that was live for so long is replaced at once; the waits below are for those that were not. */
  readonly settledMs: number;
  readonly firstMs: number;
  readonly capMs: number;
  /** After so many failed tries in a row there is an alert, and a try each `slowMs`. */
  readonly tries: number;
  readonly slowMs: number;
}

/** Ten tries from 5 s, doubling to a minute, then one a minute. */
export const BACK_OFF: BackOffRules = {
  settledMs: 10_000,
  firstMs: 5_000,
  capMs: 60_000,
  tries: 10,
  slowMs: 60_000,
};

/** Market data of which something comes every second. */
export const MARKET_RULES: SessionRules = {
  handshakeMs: 5_000,
  confirmMs: 5_000,
  silentMs: 2_500,
  cutMs: 5_000,
  framesCount: false,
  rotateMs: 23 * 3_600_000,
  controlEveryMs: 250,
  backOff: BACK_OFF,
};

const AT_ONCE_MS = 250;

/**
 * How long to wait before the next try.
 *
 * @param failed how many tries have failed since the last connection that settled
 * @param chance from 0 to 1: spreads clients that lost the venue together
 */
export function waitMs(
  failed: number,
  chance: number,
  { firstMs, capMs, tries, slowMs }: BackOffRules,
): number {
  if (failed === 0) return Math.round(AT_ONCE_MS * chance);
  if (failed > tries) return Math.round(slowMs * (0.9 + 0.2 * chance));
  const full = Math.min(capMs, firstMs * 2 ** (failed - 1));
  return Math.round(full / 2 + (full / 2) * chance);
}
