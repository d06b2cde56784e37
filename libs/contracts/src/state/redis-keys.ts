/** The Redis keys that more than one service reads. Who may write which is in docs/architecture.md. */
export { MAX_CLOCK_ERROR_MS, PERMIT_TTL_MS } from '@elvis/trading';

/** Any value counts as a global halt. */
export const KILL_SWITCH_KEY = 'ELVIS_KILL_SWITCH';
/** JSON of who, why, when, epoch and state. */
export const KILL_SWITCH_META_KEY = 'ELVIS_KILL_SWITCH:meta';
/** Hash `<stopId>` -> JSON of every open stop that Redis knows, of any scope; the durable record is the truth. */
export const STOPS_KEY = 'ELVIS_KILL_SWITCH:stops';
/** The epoch under which risk-increasing calls are allowed; expires 2 s after the durable record was read. */
export const TRADING_PERMIT_KEY = 'ELVIS_TRADING_PERMIT';
/** Highest trading-state epoch this Redis has seen. */
export const TRADING_EPOCH_KEY = 'ELVIS_TRADING_EPOCH';
/** Hash `{thetaMs, errorMs, runId, measuredAtMs}`: exchange clock minus Redis clock, measured by the clock keeper. */
export const EXCHANGE_CLOCK_KEY = 'ELVIS_EXCHANGE_CLOCK';
/** Hash, one field per live order: `r:<clientOrderId>` -> JSON of what is reserved. */
export const EXPOSURE_KEY = 'ELVIS_EXPOSURE';
/** Hash of the balances as the exchange had them and every fill since made them; whole 1e-8 of each asset. */
export const BALANCES_KEY = 'ELVIS_BALANCES';
/** In it: the moment from which a market's balances count; absent while they are not known. */
export const balancesSinceField = (market: string): string => `since:${market}`;
/** In it: what the account holds of one asset, free or not. */
export const walletField = (market: string, asset: string): string => `w:${market}:${asset}`;
/** In it: what of that neither a fill nor a booking has made: a deposit, a withdrawal, a transfer; summed, signed. */
export const movedField = (market: string, asset: string): string => `m:${market}:${asset}`;
/** Hash of recorded grants: `<approvalId>` -> end of the grant on the exchange's clock, milliseconds. */
export const GRANTS_KEY = 'ELVIS_GRANTS';

/** Hash `<stopId>` -> JSON `StopProgress`, written by execution's stop driver. */
export const STOP_PROGRESS_KEY = 'ELVIS_KILL_SWITCH:progress';
/** Pub/sub: said by whoever blocks, so that execution looks at once; who misses it looks every 200 ms anyway. */
export const STOPS_CHANNEL = 'ELVIS_KILL_SWITCH:changed';
/** Hash `<replica>` -> JSON of an execution replica's last heartbeat. */
export const EXECUTION_REPLICAS_KEY = 'ELVIS_EXECUTION_REPLICAS';
/** Hash `<replica>` -> JSON of a risk replica's last heartbeat. */
export const RISK_REPLICAS_KEY = 'ELVIS_RISK_REPLICAS';
/** Counter of heartbeats and looks: the order in which replicas and the stop driver read this Redis. */
export const STOP_BEATS_KEY = 'ELVIS_EXECUTION_BEATS';
/** When counter, heartbeats and grants began to be kept: gone with them where Redis is emptied, and made anew. */
export const STOP_RECORDS_SINCE_KEY = 'ELVIS_EXECUTION_BOOKS';

/** A measurement of the exchange's clock that is older than this is none. */
export const MAX_CLOCK_AGE_MS = 120_000;
/** By so much of its age a measurement's error grows: two clocks drift apart. */
export const CLOCK_DRIFT = 0.0001;
/** An approval may be sent at most this far ahead, on the exchange's clock. */
export const MAX_SEND_AHEAD_MS = 3_000;

export const reservationField = (clientOrderId: string): string => `r:${clientOrderId}`;
