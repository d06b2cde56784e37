/** One spot account: what it holds, what its orders lock, and the orders themselves. Every balance counts in 1e-8. */
import { Order } from '../shared/order';
import { CLOSED_ORDERS_KEPT, TradingAccount } from '../shared/trading-account';

export interface Balance {
  free: bigint;
  locked: bigint;
}

/** What spot knows of an order besides what both markets do. */
export interface SpotOrder extends Order {
  /** An amendment gives it another. */
  clientOrderId: string;
  formerClientOrderId?: string;
  /** Base quantity was asked for as an amount of quote, in 1e-8; 0 when not. */
  readonly quoteOrderQuantity: bigint;
  readonly listId: number;
  /** In basis points; 0 for an order that does not trail. */
  readonly trailingDelta: number;
  /** Since when it follows the price, and the best price since; -1 and 0 before. */
  trailingTime: number;
  extreme: number;
  readonly strategyId?: bigint;
  readonly strategyType?: number;
  /** Whether it may trade: a stop that waits does not. */
  working: boolean;
  workingTime: number;
}

export interface OrderList {
  readonly id: number;
  readonly clientId: string;
  readonly kind: 'OCO' | 'OTO' | 'OTOCO';
  readonly symbol: string;
  readonly time: number;
  readonly orders: readonly SpotOrder[];
  status: 'EXECUTING' | 'ALL_DONE' | 'REJECT';
}

/** Closed without a fill, an order is archived after ninety days. */
const UNFILLED_KEPT_MS = 90 * 86_400_000;

export class SpotAccount extends TradingAccount<SpotOrder> {
  readonly balances = new Map<string, Balance>();
  readonly lists = new Map<number, OrderList>();

  constructor(id: string, closedKept = CLOSED_ORDERS_KEPT) {
    super(id, closedKept, UNFILLED_KEPT_MS);
  }

  balance(asset: string): Balance {
    let balance = this.balances.get(asset);
    if (!balance) {
      balance = { free: 0n, locked: 0n };
      this.balances.set(asset, balance);
    }
    return balance;
  }

  /** Lets an order go by another client order id. */
  rename(order: SpotOrder, clientOrderId: string): void {
    this.takeName(order);
    order.formerClientOrderId = order.clientOrderId;
    order.clientOrderId = clientOrderId;
    this.add(order);
    this.refile(order);
  }

  /** A list goes with the first of its orders that is forgotten. */
  protected override forget(order: SpotOrder): void {
    super.forget(order);
    this.lists.delete(order.listId);
  }
}
