/** One spot account: what it holds, what its orders lock, and the orders themselves. Every balance counts in 1e-8. */
import { AccountTrade } from './futures-account';
import { isOpen, Order } from './order';

export interface Balance {
  free: bigint;
  locked: bigint;
}

/** What spot knows of an order besides what both markets do. */
export interface SpotOrder extends Order {
  /** Base quantity was asked for as an amount of quote, in 1e-8; 0 when not. */
  readonly quoteOrderQuantity: bigint;
  readonly icebergQuantity: number;
  readonly listId: number;
  /** Whether it may trade: a stop that waits does not. */
  working: boolean;
  workingTime: number;
}

export interface OrderList {
  readonly id: number;
  readonly clientId: string;
  readonly symbol: string;
  readonly time: number;
  readonly orders: readonly SpotOrder[];
  status: 'EXECUTING' | 'ALL_DONE' | 'REJECT';
}

const ORDERS_KEPT = 250_000;
const ROWS_KEPT = 300_000;

/** Stops that wait are open too, though not in the book. */
export const isOpenSpot = (order: SpotOrder): boolean => isOpen(order);

export class SpotAccount {
  readonly balances = new Map<string, Balance>();
  readonly orders = new Map<bigint, SpotOrder>();
  readonly open = new Map<string, Map<string, SpotOrder>>();
  readonly lists = new Map<number, OrderList>();
  readonly trades: AccountTrade[] = [];
  updateTime = 0;
  private readonly latest = new Map<string, SpotOrder>();

  constructor(readonly id: string) {}

  balance(asset: string): Balance {
    let balance = this.balances.get(asset);
    if (!balance) {
      balance = { free: 0n, locked: 0n };
      this.balances.set(asset, balance);
    }
    return balance;
  }

  add(order: SpotOrder): void {
    this.orders.set(order.id, order);
    this.latest.set(`${order.symbol}|${order.clientOrderId}`, order);
    if (this.orders.size <= ORDERS_KEPT) return;
    for (const [id, old] of this.orders)
      if (!isOpen(old)) {
        this.orders.delete(id);
        return;
      }
  }

  refile(order: SpotOrder): void {
    let open = this.open.get(order.symbol);
    if (!open) {
      open = new Map();
      this.open.set(order.symbol, open);
    }
    if (isOpen(order)) open.set(order.clientOrderId, order);
    else if (open.get(order.clientOrderId) === order) open.delete(order.clientOrderId);
  }

  openOrders(symbol?: string): SpotOrder[] {
    if (symbol !== undefined) return [...(this.open.get(symbol)?.values() ?? [])];
    return [...this.open.values()].flatMap((orders) => [...orders.values()]);
  }

  find(symbol: string, id: bigint | undefined, clientOrderId: string | undefined): SpotOrder | undefined {
    if (id !== undefined) {
      const order = this.orders.get(id);
      return order?.symbol === symbol ? order : undefined;
    }
    return this.open.get(symbol)?.get(clientOrderId!) ?? this.latest.get(`${symbol}|${clientOrderId}`);
  }

  addTrade(trade: AccountTrade): void {
    this.trades.push(trade);
    if (this.trades.length > ROWS_KEPT * 1.1) this.trades.splice(0, this.trades.length - ROWS_KEPT);
  }
}
