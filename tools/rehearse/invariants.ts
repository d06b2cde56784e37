/** What has to hold once a fault is over: the books, the exchange's own list and what the bot says agree. */
import { Decimal } from '@elvis/trading';
import { LoggedOrder, RehearsalSystem } from './rehearsal-system';

export const INVARIANTS = [
  'no order is at the exchange twice, and none that Elvis does not know of',
  'each order has the state and the filled quantity that the exchange says',
  'no order is left with an unknown outcome',
  'positions are those that the fills come to',
  'the exchange takes no order in a halt',
] as const;

interface KnownOrder {
  readonly clientOrderId: string;
  readonly type: string;
  readonly status: string;
  readonly filledQuantity: string;
}

const UNRESOLVED: ReadonlySet<string> = new Set(['UNKNOWN', 'PENDING_NEW']);
const NEVER_THERE: ReadonlySet<string> = new Set(['DENIED', 'REJECTED']);
const PAGE = 200;

/** What does not hold now, in words. */
export async function brokenInvariants(
  system: RehearsalSystem,
  isOwn: (clientOrderId: string) => boolean,
): Promise<readonly string[]> {
  const theirs = await system.ordersAtExchange();
  const own = theirs.filter(({ order }) => isOwn(order.clientOrderId));
  const known = new Map((await ordersOf(system)).map((order) => [order.clientOrderId, order]));
  return [
    ...twice(own),
    ...differing(own, known),
    ...unresolved(known, own),
    ...(await held(system, theirs)),
  ];
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

async function held(system: RehearsalSystem, theirs: readonly LoggedOrder[]): Promise<readonly string[]> {
  const { items } = await system.wanted<{ items: readonly { symbol: string; quantity: string }[] }>(
    'GET',
    'open_positions',
  );
  const sums = positionsOf(theirs);
  const symbols = new Set([...sums.keys(), ...items.map(({ symbol }) => symbol)]);
  return [...symbols].flatMap((symbol) => {
    const filled = sums.get(symbol) ?? new Decimal(0);
    const shown = items.find((each) => each.symbol === symbol)?.quantity ?? '0';
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

export async function ordersOf(system: Pick<RehearsalSystem, 'wanted'>): Promise<readonly KnownOrder[]> {
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
