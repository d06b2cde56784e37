/**
 * What happened to an order. Each event carries the order as it then was, complete, so that they can be stored in
 * any order: the highest `revision` is the newest.
 */
import { Fill, OrderView } from '@elvis/trading';
import { event } from '../contract';

export type { Fill } from '@elvis/trading';

export class OrderChanged {
  readonly order!: OrderView;
  /** Sequence of the journal record that this event tells of; a larger one is newer. */
  readonly revision!: number;
}

export class OrderFilled extends OrderChanged {
  readonly fill!: Fill;
}

/** The exchange took it. */
export const orderPlaced = event('elvis.event.order.placed', OrderChanged);
/** One fill, of part or of the rest. */
export const orderFilled = event('elvis.event.order.filled', OrderFilled);
/** It was taken off the book; what had been filled before stays filled. */
export const orderCanceled = event('elvis.event.order.canceled', OrderChanged);
/** The exchange refused it, proven. */
export const orderRejected = event('elvis.event.order.rejected', OrderChanged);
/** The exchange ended it: its time was over, or it could not rest or fill as asked. */
export const orderExpired = event('elvis.event.order.expired', OrderChanged);
/** Sent, and its outcome is not known yet; the exchange is asked for it. */
export const orderUnknown = event('elvis.event.order.unknown', OrderChanged);
/** It was never sent and its id is free again. */
export const orderReleased = event('elvis.event.order.released', OrderChanged);
/** Details changed: a quantity or price that was amended, the exchange's number, an amendment begun or over. */
export const orderUpdated = event('elvis.event.order.updated', OrderChanged);
/** Claimed by execution; it is about to be sent, or was. */
export const orderClaimed = event('elvis.event.order.claimed', OrderChanged);
/** The last gate kept it back for good: trading is halted. */
export const orderDenied = event('elvis.event.order.denied', OrderChanged);
/**
 * Closed on a verdict of Elvis that the exchange has disproved: it is working, or was executed, after all. An alert.
 */
export const orderReopened = event('elvis.event.order.reopened', OrderChanged);

/** Every event that carries an order whole; the one with the highest revision is the order. */
export const ORDER_EVENTS = [
  orderClaimed,
  orderPlaced,
  orderFilled,
  orderCanceled,
  orderRejected,
  orderExpired,
  orderUnknown,
  orderReleased,
  orderUpdated,
  orderDenied,
  orderReopened,
] as const;
