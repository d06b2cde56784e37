/** What has to hold once a fault is over: the books, the exchange's own list and what the bot says agree. */
import { Decimal } from '@elvis/trading';
import { LoggedOrder, RehearsalSystem } from './rehearsal-system';
import { System } from './system';

export const INVARIANTS = [
  'no order is at the exchange twice, and none that Elvis does not know of',
  'each order has the state and the filled quantity that the exchange says',
  'no order is left with an unknown outcome',
  'positions are those that the fills come to',
  'the exchange takes no order in a halt',
] as const;

/** As REST lists it. */
export interface KnownOrder {
  readonly clientOrderId: string;
  readonly type: string;
  readonly status: string;
  readonly filledQuantity: string;
}

const UNRESOLVED: ReadonlySet<string> = new Set(['UNKNOWN', 'PENDING_NEW']);
const NEVER_THERE: ReadonlySet<string> = new Set(['DENIED', 'REJECTED']);
const PAGE = 200;

/** A moment of both sides. */
export interface BothSides {
  /** The exchange's own log of the account. */
  readonly theirs: readonly LoggedOrder[];
  readonly known: readonly KnownOrder[];
  readonly held: readonly { readonly symbol: string; readonly quantity: string }[];
}

export async function readBothSides(system: RehearsalSystem): Promise<BothSides> {
  const theirs = await system.ordersAtExchange();
  const known = await ordersOf(system);
  const { items } = await system.wanted<{ items: BothSides['held'] }>('GET', 'open_positions');
  return { theirs, known, held: items };
}

/** What does not hold, in words. @param isOwn whether an order of the exchange's log is to be in our books by its id */
export function brokenInvariants(
  { theirs, known, held }: BothSides,
  isOwn: (clientOrderId: string) => boolean,
): readonly string[] {
  const own = theirs.filter(({ order }) => isOwn(order.clientOrderId));
  const byId = new Map(known.map((order) => [order.clientOrderId, order]));
  return [...twice(own), ...differing(own, byId), ...unresolved(byId, own), ...unequal(held, theirs)];
}

function twice(own: readonly LoggedOrder[]): readonly string[] {
  const ids = own.map(({ order }) => order.clientOrderId);
  return ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id} is at the exchange twice`);
}

const differing = (own: readonly LoggedOrder[], known: ReadonlyMap<string, KnownOrder>): readonly string[] =>
  own.flatMap(({ order: { clientOrderId, status, executedQty } }) => {
    const ours = known.get(clientOrderId);
    if (!ours) return [`${clientOrderId} is at the exchange, and Elvis has no record of it`];
    const isSame = ours.status === status && new Decimal(ours.filledQuantity).eq(executedQty);
    return isSame
      ? []
      : [`${clientOrderId} is ${ours.status} ${ours.filledQuantity} here and ${status} ${executedQty} there`];
  });

function unresolved(known: ReadonlyMap<string, KnownOrder>, own: readonly LoggedOrder[]): readonly string[] {
  const there = new Set(own.map(({ order }) => order.clientOrderId));
  return [...known.values()].flatMap(({ clientOrderId, status, type }) => {
    if (UNRESOLVED.has(status)) return [`${clientOrderId} is left ${status}`];
    // A conditional order waits in a list of its own, and becomes another order.
    const isListed = type === 'MARKET' || type === 'LIMIT';
    return isListed && !there.has(clientOrderId) && !NEVER_THERE.has(status)
      ? [`${clientOrderId} is ${status} here, and the exchange has no such order`]
      : [];
  });
}

function unequal(held: BothSides['held'], theirs: readonly LoggedOrder[]): readonly string[] {
  const sums = positionsOf(theirs);
  const symbols = new Set([...sums.keys(), ...held.map(({ symbol }) => symbol)]);
  return [...symbols].flatMap((symbol) => {
    const filled = sums.get(symbol) ?? new Decimal(0);
    const shown = held.find((each) => each.symbol === symbol)?.quantity ?? '0';
    return filled.eq(shown) ? [] : [`${symbol}: fills come to ${filled.toFixed()}, and ${shown} is held`];
  });
}

/** By symbol, from fills alone. */
export function positionsOf(orders: readonly LoggedOrder[]): ReadonlyMap<string, Decimal> {
  const sums = new Map<string, Decimal>();
  for (const { order, fills } of orders)
    for (const { quantity } of fills) {
      const before = sums.get(order.symbol) ?? new Decimal(0);
      sums.set(order.symbol, order.side === 'BUY' ? before.plus(quantity) : before.minus(quantity));
    }
  return sums;
}

export async function ordersOf(system: System): Promise<readonly KnownOrder[]> {
  const found: KnownOrder[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: KnownOrder[]; nextCursor: string | null } = await system.wanted(
      'GET',
      `orders?limit=${PAGE}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}
