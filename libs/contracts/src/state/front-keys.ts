/** What replicas of the Binance front tell each other through Redis; all of it ends by itself. */

/** Of a signed write that was seen, by key and signature: under way, or its answer; until its window has passed. */
export const FRONT_REPLAY_PREFIX = 'ELVIS_FRONT_REPLAY:';
/** What a key of the front has used in a window of the exchange's clock, by key, market, meter and window. */
export const FRONT_USED_PREFIX = 'ELVIS_FRONT_USED:';
/** The client order id of an order that the front has placed, by market, symbol and its number at the exchange; a day. */
export const FRONT_NUMBER_PREFIX = 'ELVIS_FRONT_NUMBER:';
/** How often the bot's id of a key was used before, by key, market and id; 90 days. */
export const FRONT_GENERATION_PREFIX = 'ELVIS_FRONT_GENERATION:';
/** An order whose sender has not been told what became of it, by its id at the exchange; a day. */
export const FRONT_OWED_PREFIX = 'ELVIS_FRONT_OWED:';
/** Sorted set by key: the client order ids of its newest orders, for a minute in which the database may be behind. */
export const FRONT_RECENT_PREFIX = 'ELVIS_FRONT_RECENT:';
/** Whose user stream a listen key of the front opens, and which one a key has on a market; an hour after it was extended. */
export const FRONT_LISTEN_PREFIX = 'ELVIS_FRONT_LISTEN:';
