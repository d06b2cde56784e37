/** Whether a position is protected: which of the bot's orders, as the exchange has them, cut its loss, and how much of it. */
import { Decimal, OrderView, ZERO } from '@elvis/trading';
import { Held, ProtectionTerms, isLong } from './levels';
import { Refused } from './protection-actions';
import { roleOf } from './protection-ids';

/** Whether the exchange has it for sure: one that is on its way, or unknown, may not be there. */
export const isLive = ({ status }: Pick<OrderView, 'status'>): boolean =>
  status === 'NEW' || status === 'PARTIALLY_FILLED';

/** Sent, or being canceled, with an outcome that is not known yet. */
export const isUnclear = ({ status }: Pick<OrderView, 'status'>): boolean =>
  status === 'PENDING_NEW' || status === 'UNKNOWN' || status === 'PENDING_CANCEL';

export const leftOf = ({ quantity, filledQuantity }: OrderView): Decimal =>
  new Decimal(quantity).minus(filledQuantity);

/** A stop or a target that is refused so often is not tried again: refusals in a row can halt the whole account. */
export const MOST_REFUSALS = 3;

export const areTargetsRefused = ({ refused }: { readonly refused: readonly Refused[] }): boolean =>
  refused.filter(({ clientOrderId }) => roleOf(clientOrderId) === 'target').length >= MOST_REFUSALS;

/** Whether the order can close this position. */
export const closes = (order: OrderView, held: Pick<Held, 'quantity'>): boolean =>
  order.side === (isLong(held) ? 'SELL' : 'BUY');

/** How much of the position an order covers: one that closes the position covers whatever it is. */
const coveredBy = (order: OrderView, held: Held): Decimal =>
  order.closePosition ? held.quantity.abs() : leftOf(order);

/** What the live stops among these orders cover, at most the whole. A trailing stop is a stop. */
function coveredQuantity(held: Held, orders: readonly OrderView[]): Decimal {
  const covered = orders
    .filter((order) => isLive(order) && closes(order, held) && isStopRole(order))
    .reduce((sum, order) => sum.plus(coveredBy(order, held)), ZERO);
  return Decimal.min(covered, held.quantity.abs());
}

const isStopRole = ({ clientOrderId }: OrderView): boolean => {
  const role = roleOf(clientOrderId);
  return role === 'stop' || role === 'trailing';
};

/** Whether the configuration asks for a stop at all. */
const wantsStop = ({ stop, trailing }: ProtectionTerms): boolean => stop !== null || trailing !== null;

/** The invariant: a position with a configured stop has a live one that covers what can be closed of it. */
export const isCovered = (
  held: Held,
  terms: ProtectionTerms,
  orders: readonly OrderView[],
  needed: Decimal = held.quantity.abs(),
): boolean => !wantsStop(terms) || coveredQuantity(held, orders).gte(needed);
