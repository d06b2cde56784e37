/**
 * What an account is on either market: its orders, open and closed, and its trades.
 *
 * Closed orders are remembered as the exchange does it: those that never filled for a while, all of them up to a
 * number, so that a long soak does not eat the memory.
 */
import { isOpen, Order } from './order';

export interface AccountTrade {
  readonly id: number;
  readonly order: Order;
  readonly price: number;
  readonly quantity: number;
  readonly notional: bigint;
  readonly fee: bigint;
  readonly feeAsset: string;
  readonly realized: bigint;
  readonly maker: boolean;
  readonly time: number;
}

/** How many closed orders an account remembers unless configured. */
export const CLOSED_ORDERS_KEPT = 50_000;
const FILLED_KEPT_MS = 90 * 86_400_000;

export abstract class TradingAccount<Kept extends Order> {
  readonly orders = new Map<bigint, Kept>();
  /** Open orders by symbol and client order id. */
  readonly open = new Map<string, Map<string, Kept>>();
  readonly trades: AccountTrade[] = [];
  updateTime = 0;
  private readonly latest = new Map<string, Map<string, Kept>>();
  /** In the order in which they closed. */
  private readonly closed = new Set<Kept>();

  protected constructor(
    readonly id: string,
    readonly closedKept: number,
    /** How long a closed order that never filled can be asked after. */
    private readonly unfilledKeptMs: number,
  ) {}

  add(order: Kept): void {
    this.orders.set(order.id, order);
    within(this.latest, order.symbol).set(order.clientOrderId, order);
  }

  /** Puts the order among the open ones, or among the closed, as its status says. */
  refile(order: Kept): void {
    // It waits for another order, outside of both.
    if (order.status === 'PENDING_NEW') return;
    const open = within(this.open, order.symbol);
    if (isOpen(order)) {
      open.set(order.clientOrderId, order);
      return;
    }
    if (open.get(order.clientOrderId) === order) open.delete(order.clientOrderId);
    this.closed.add(order);
    if (this.closed.size <= this.closedKept) return;
    const [oldest] = this.closed;
    this.forget(oldest!);
  }

  openOrders(symbol?: string): Kept[] {
    if (symbol !== undefined) return [...(this.open.get(symbol)?.values() ?? [])];
    return [...this.open.values()].flatMap((orders) => [...orders.values()]);
  }

  find(symbol: string, id: bigint | undefined, clientOrderId: string | undefined): Kept | undefined {
    if (id !== undefined) {
      const order = this.orders.get(id);
      return order?.symbol === symbol ? order : undefined;
    }
    return this.open.get(symbol)?.get(clientOrderId!) ?? this.latest.get(symbol)?.get(clientOrderId!);
  }

  addTrade(trade: AccountTrade): void {
    pushBounded(this.trades, trade, this.closedKept);
  }

  /** Forgets the closed orders that are too old to be asked after. */
  forgetOld(now: number): void {
    for (const order of this.closed) {
      const kept = order.executed === 0 ? this.unfilledKeptMs : FILLED_KEPT_MS;
      if (order.time + kept < now) this.forget(order);
    }
  }

  protected forget(order: Kept): void {
    this.closed.delete(order);
    this.orders.delete(order.id);
    this.takeName(order);
  }

  /** From now on the order's client order id is not its own. */
  protected takeName(order: Kept): void {
    const open = this.open.get(order.symbol);
    if (open?.get(order.clientOrderId) === order) open.delete(order.clientOrderId);
    const latest = this.latest.get(order.symbol);
    if (latest?.get(order.clientOrderId) === order) latest.delete(order.clientOrderId);
  }
}

/** Adds a row and, now and then, drops the oldest beyond `most`. */
export function pushBounded<Row>(rows: Row[], row: Row, most: number): void {
  rows.push(row);
  if (rows.length > most * 1.1) rows.splice(0, rows.length - most);
}

function within<Kept>(bySymbol: Map<string, Map<string, Kept>>, symbol: string): Map<string, Kept> {
  let found = bySymbol.get(symbol);
  if (!found) {
    found = new Map();
    bySymbol.set(symbol, found);
  }
  return found;
}
