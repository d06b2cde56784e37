/** How patient execution is with the streams of its account. */
import { SessionRules } from '@elvis/platform';

/**
 * An account may be quiet for days, so pings count as heard. While its stream is missing orders that add risk are
 * refused: the waits are shorter than those of market data, and there is no pause of a minute.
 */
export const userStreamRules = (cutMs: number): SessionRules => ({
  handshakeMs: 5_000,
  confirmMs: 10_000,
  silentMs: cutMs / 2,
  cutMs,
  framesCount: true,
  rotateMs: 23 * 3_600_000,
  controlEveryMs: 250,
  backOff: { settledMs: 10_000, firstMs: 250, capMs: 15_000, tries: 10, slowMs: 15_000 },
});

/** The one subscription of an account's stream. */
export const USER_EVENTS = 'user events';
