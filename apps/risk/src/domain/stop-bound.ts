/**
 * The longest a stop can take until nothing sent before it can still be accepted: nobody answers, Redis lost its
 * data, and only the permit's end and the exchange's own timestamp rule are left to wait for.
 */
export const PERMIT_LIFE_MS = 2_000;
const HEARTBEAT_SLACK_MS = 1_000;
/** The largest error of the exchange clock that trading is allowed with. */
export const MAX_CLOCK_ERROR_MS = 500;
const MARGIN_MS = 250;

export const fullStopBoundMs = (recvWindowMs: number): number =>
  PERMIT_LIFE_MS + recvWindowMs + HEARTBEAT_SLACK_MS + MAX_CLOCK_ERROR_MS + MARGIN_MS;
