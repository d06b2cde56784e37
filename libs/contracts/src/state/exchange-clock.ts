/** The exchange's clock as execution measures it, and how far it is trusted. */
export { MAX_CLOCK_ERROR_MS } from '@elvis/trading';

/** Hash `{thetaMs, errorMs, runId, measuredAtMs}`: exchange clock minus Redis clock. */
export const EXCHANGE_CLOCK_KEY = 'ELVIS_EXCHANGE_CLOCK';
/** A measurement older than this does not count. */
export const MAX_CLOCK_AGE_MS = 120_000;
/** By so much of its age a measurement's error grows: two clocks drift apart. */
export const CLOCK_DRIFT = 0.0001;
/** An approval may be sent at most this far ahead, on the exchange's clock. */
export const MAX_SEND_AHEAD_MS = 3_000;
