/**
 * Protections of a futures position: a stop and a target that close the position, whatever it is by then, on the mark price;
 * a trailing stop, and the rungs of a ladder, for a quantity. The exchange takes one order of a kind that closes the
 * position: while an old one stands the new one goes out for the quantity, and closes no more than there is (reduce-only).
 */
import { Decimal, OrderContent, OrderView, ZERO } from '@elvis/trading';
import { areTargetsRefused, isLive, isUnclear, leftOf } from './coverage';
import { Held, ProtectionTerms, isLong, stopLevel, targetLevels } from './levels';
import { ProtectionAction, ProtectionGiven } from './protection-actions';
import { ProtectionRole, protectionId, roleOf } from './protection-ids';

const PERCENT = 100;

/** One wanted order; without a quantity it closes the position. */
interface Wanted {
  readonly role: ProtectionRole;
  readonly price: Decimal;
  readonly quantity: Decimal | null;
}

export function planFutures(
  given: ProtectionGiven,
  held: Held,
  terms: ProtectionTerms,
  standing: readonly OrderView[],
): readonly ProtectionAction[] {
  const { tickSize } = given.instrument;
  const stop = stopLevel(held, terms, tickSize);
  const levels = areTargetsRefused(given) ? [] : targetLevels(held, terms, given.instrument, given.reached);
  const wanted: readonly Wanted[] = [
    ...(stop ? [{ role: 'stop' as const, price: stop, quantity: null }] : []),
    ...levels.map(({ price, quantity }) => ({
      role: 'target' as const,
      price,
      quantity: levels.length === 1 ? null : quantity,
    })),
  ];
  const actions: ProtectionAction[] = [];
  const kept = new Set<OrderView>();
  let areAllLive = true;
  for (const want of wanted) {
    const match = standing.find((order) => !kept.has(order) && satisfies(order, want, held));
    if (match) kept.add(match);
    areAllLive &&= match !== undefined && isLive(match);
    if (match) continue;
    const order = orderOf(given, held, want, standing, actions.length);
    actions.push({
      kind: 'place',
      order,
      because: `The position has no ${want.role} at ${want.price.toFixed()}`,
    });
  }
  actions.push(...trailing(given, held, terms, standing, kept, actions.length));
  // What nothing wants any more goes once all that is wanted is at the exchange.
  return areAllLive && actions.length === 0 ? superseded(standing, kept) : actions;
}

/** What follows the price cannot be replaced without losing how far it has come: what was added gets one of its own. */
function trailing(
  given: ProtectionGiven,
  held: Held,
  { trailing: rate }: ProtectionTerms,
  standing: readonly OrderView[],
  kept: Set<OrderView>,
  n: number,
): readonly ProtectionAction[] {
  if (!rate) return [];
  const callbackRate = rate.times(PERCENT).toFixed();
  const following = standing.filter(
    (order) => roleOf(order.clientOrderId) === 'trailing' && order.status !== 'PENDING_CANCEL',
  );
  for (const order of following) kept.add(order);
  const covered = following.reduce((sum, order) => sum.plus(leftOf(order)), ZERO);
  const lacking = held.quantity.abs().minus(covered);
  if (lacking.lte(0)) return [];
  const order: OrderContent = {
    ...bare(given, held, protectionId(given.step, n, 'trailing')),
    type: 'TRAILING_STOP_MARKET',
    quantity: lacking.toFixed(),
    reduceOnly: true,
    callbackRate,
    workingType: 'MARK_PRICE',
  };
  return [{ kind: 'place', order, because: `No trailing stop follows ${lacking.toFixed()} of the position` }];
}

const superseded = (
  standing: readonly OrderView[],
  kept: ReadonlySet<OrderView>,
): readonly ProtectionAction[] =>
  standing
    .filter((order) => !kept.has(order) && order.status !== 'PENDING_CANCEL')
    .map(({ clientOrderId }) => ({
      kind: 'cancel',
      clientOrderId,
      because: 'Another order takes its place',
    }));

/** An order that is on its way, or unknown, holds its place: it is not sent twice. */
function satisfies(order: OrderView, { role, price, quantity }: Wanted, held: Held): boolean {
  if (roleOf(order.clientOrderId) !== role || order.status === 'PENDING_CANCEL') return false;
  if (!isLive(order) && !isUnclear(order)) return false;
  if (order.stopPrice === undefined || !price.eq(order.stopPrice)) return false;
  const needed = quantity ?? held.quantity.abs();
  return quantity === null && order.closePosition === true
    ? true
    : !order.closePosition && leftOf(order).eq(needed);
}

function orderOf(
  given: ProtectionGiven,
  held: Held,
  { role, price, quantity }: Wanted,
  standing: readonly OrderView[],
  n: number,
): OrderContent {
  const isTaken = standing.some(
    (order) => order.closePosition === true && roleOf(order.clientOrderId) === role,
  );
  const isWhole = quantity === null && !isTaken;
  return {
    ...bare(given, held, protectionId(given.step, n, role)),
    type: role === 'stop' ? 'STOP_MARKET' : 'TAKE_PROFIT_MARKET',
    quantity: (quantity ?? held.quantity.abs()).toFixed(),
    ...(isWhole ? { closePosition: true } : { reduceOnly: true }),
    stopPrice: price.toFixed(),
    workingType: 'MARK_PRICE',
  };
}

const bare = (
  { instrument, botConfigId }: ProtectionGiven,
  held: Held,
  clientOrderId: string,
): Pick<OrderContent, 'clientOrderId' | 'market' | 'symbol' | 'side' | 'botConfigId'> => ({
  clientOrderId,
  market: 'futures',
  symbol: instrument.symbol,
  side: isLong(held) ? 'SELL' : 'BUY',
  botConfigId,
});
