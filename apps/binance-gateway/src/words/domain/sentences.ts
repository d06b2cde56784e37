/**
 * The sentences of Binance that more than one row uses. Those made by `exactly` are matched by clients: ccxt by the
 * whole text, hummingbot and OctoBot by a part of it.
 */
import { Because, Words, exactly, refused } from './words';

/** In no client's retry list, and no emergency exit hangs on it. */
export const CLOSED_FUTURES = exactly(-4141, 'Market is closed.');
export const CLOSED_SPOT = exactly(-1013, 'Market is closed.');
export const NOT_PERMITTED_SPOT = exactly(-2010, 'This symbol is not permitted for this account.');
export const REDUCE_ONLY = refused(-4087, 'User can only place reduce only order');
export const NO_ORDERS_NOW = refused(-4088, 'User can not place order currently');
export const BAD_SYMBOL = exactly(-1121, 'Invalid symbol.');
export const BEYOND_LEVERAGE = refused(-2027, 'Exceeded the maximum allowable position at current leverage.');
export const BEYOND_MARKET_BAND = refused(
  -4131,
  "The counterparty's best price does not meet the PERCENT_PRICE filter limit.",
);
export const NO_SUCH_ORDER = exactly(-2013, 'Order does not exist.');
export const UNKNOWN_ORDER = exactly(-2011, 'Unknown order sent.');
export const BAD_LEVERAGE = refused(-4028, 'Leverage is not valid');
export const NOT_AUTHORIZED = exactly(-1002, 'You are not authorized to execute this request.');
export const NOT_SUPPORTED: Words = { ...exactly(-1020, 'This operation is not supported.'), status: 404 };

/** Nothing was done, and the same request may be sent again: ccxt's OperationFailed on every host. */
export const NOT_EXECUTED: Words = {
  ...exactly(-1001, 'Internal error; unable to process your request. Please try again.'),
  status: 503,
};
export const OVERLOADED: Words = {
  ...exactly(
    -1008,
    'Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.',
  ),
  status: 503,
};

/**
 * It is not known whether it was done: ccxt's RequestTimeout on every host by the code, and the second sentence is what
 * hummingbot knows it by.
 */
export const OUTCOME_UNKNOWN: Words = {
  ...exactly(
    -1007,
    'Timeout waiting for response from backend server. Send status unknown; execution status unknown. Unknown error, please check your request or try again later.',
  ),
  status: 503,
};

/** A fault of Elvis that no row foresees. */
export const UNFORESEEN: Words = {
  ...refused(-1000, 'An unknown error occurred while processing the request.'),
  status: 500,
  isAlarm: true,
};

export const spotFilter = (name: string): Words => exactly(-1013, `Filter failure: ${name}`);
export const missing = (name: string): Words =>
  refused(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
export const notRequired = (name: string): Words =>
  refused(-1106, `Parameter '${name}' sent when not required.`);

const waiting = ({ retryAfterMs = 1_000 }: Because): { readonly retryAfterS: number } => ({
  retryAfterS: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
});

/** No order now. */
export const tooManyOrders = (because: Because): Words => ({
  ...refused(-1015, 'Too many new orders; current limit is reached.'),
  status: 429,
  ...waiting(because),
});

/** No request now. */
export const tooManyRequests = (because: Because): Words => ({
  ...refused(
    -1003,
    'Too many requests; current limit is reached. Please use the websocket for live updates to avoid polling the API.',
  ),
  status: 429,
  ...waiting(because),
});
