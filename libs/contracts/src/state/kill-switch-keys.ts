/** The Redis keys of the kill switch: risk writes them, execution obeys them, the gateway shows them. */
export { PERMIT_TTL_MS } from '@elvis/trading';

/** Any value counts as a global halt. */
export const KILL_SWITCH_KEY = 'ELVIS_KILL_SWITCH';
/** JSON of who, why, when, epoch and state. */
export const KILL_SWITCH_META_KEY = 'ELVIS_KILL_SWITCH:meta';
/** Hash `<stopId>` -> JSON of every open stop that Redis knows, of any scope; the durable record decides. */
export const STOPS_KEY = 'ELVIS_KILL_SWITCH:stops';
/** The epoch under which risk-increasing calls are allowed; expires 2 s after the durable record was read. */
export const TRADING_PERMIT_KEY = 'ELVIS_TRADING_PERMIT';
/** Highest trading-state epoch this Redis has seen. */
export const TRADING_EPOCH_KEY = 'ELVIS_TRADING_EPOCH';
/** Pub/sub: published by the one that blocks, so that execution looks at once; it looks every 200 ms anyway. */
export const STOPS_CHANNEL = 'ELVIS_KILL_SWITCH:changed';
