/**
 * What may be at stake, in one Redis hash (`ELVIS_EXPOSURE`), so that one script can judge and change it.
 *
 * | field | value | made by | changed by |
 * |---|---|---|---|
 * | `g` | generation; absent while the structure is missing: `STORE_REBUILDING` | execution, from journal and exchange | execution |
 * | `r:<clientOrderId>` | JSON `Reservation` (`libs/trading`) of an order that may still fill | risk, before the order is sent | execution: fills out, returned when it is over |
 * | `p:<market>:<symbol>` | signed position, a decimal | execution | execution: fills in, set right by each comparison |
 *
 * A fill leaves the reservation and enters the position in one script, once: `filled` says how far that has gone.
 *
 * Beside it (`ELVIS_EXPOSURE_SUMS`) stands what an order is judged by, so that this costs the same however many orders are
 * open. Whoever writes a reservation or a position changes both in one script (platform's `set-reservation.lua`).
 *
 * | field | value |
 * |---|---|
 * | `g` | the generation that the sums belong to; unlike the exposure's: `STORE_REBUILDING` |
 * | `n` | how many fields the exposure has by its writers; unlike its length: `STORE_REBUILDING` |
 * | `<market>:<symbol>:<side>` | sums over the reservations of a side; absent if there is none |
 * | `p:<market>:<symbol>` | present while a position is held |
 * | `u:r:<clientOrderId>` | present while that reservation cannot be read: `STORE_REBUILDING` |
 *
 * Sums of a side are nine whole numbers: orders, then in two parts each (whole 2^32s, and the rest) the quantity left, how
 * much of it can open, what that is worth at the orders' own prices, and what is still spent on spot.
 */
import { Market } from '@elvis/trading';

/** Hash, one field per live order: `r:<clientOrderId>` -> JSON of what is reserved. */
export const EXPOSURE_KEY = 'ELVIS_EXPOSURE';
export const EXPOSURE_GENERATION_FIELD = 'g';

/** Hash: what an order is judged by, summed over the reservations: `<market>:<symbol>:<side>` -> nine whole numbers. */
export const EXPOSURE_SUMS_KEY = 'ELVIS_EXPOSURE_SUMS';

export const reservationField = (clientOrderId: string): string => `r:${clientOrderId}`;
export const positionField = (market: Market, symbol: string): string => `p:${market}:${symbol}`;
