/** The port that asks the exchange about its orders and their fills, and cancels them. Every call throws TradingFailure. */
import { Fill, OrderView } from '@elvis/trading';
import { VenueReport } from '../domain/order-evidence';

/** Enough of an order to find it again. */
export type OrderRef = Pick<OrderView, 'market' | 'symbol' | 'clientOrderId' | 'type' | 'exchangeOrderId'>;

/** An order the exchange says is working. */
export interface WorkingOrder extends VenueReport {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly type: OrderView['type'];
  readonly side: OrderView['side'];
}

interface MarketOrders {
  /**
   * The exchange's own view of the order, or undefined if it does not know it. Asked for by the exchange's number where
   * that is known: the client order id may be another order's by now.
   */
  find(order: OrderRef): Promise<VenueReport | undefined>;

  /** Cancels, by the same rule; undefined if the exchange says the order is not open. @throws TradingFailure UNKNOWN or UNAVAILABLE kinds */
  cancel(order: OrderRef): Promise<VenueReport | undefined>;

  /** Cancels all of a symbol's working orders that wait for their trigger, or all the others. */
  cancelAll(symbol: string, kind: 'plain' | 'conditional'): Promise<void>;

  /** The outcome of these orders of one symbol, by client order id; without those the exchange knows no more. */
  outcomes(symbol: string, orders: readonly WorkingOrder[]): Promise<ReadonlyMap<string, VenueReport>>;

  /** All working orders of the market or of one symbol, conditional ones included. */
  openOrders(symbol?: string): Promise<readonly WorkingOrder[]>;

  /** Every fill of one order, oldest first. */
  fillsOf(order: OrderView): Promise<readonly Fill[]>;

  /** The account's fills on a symbol after that trade, oldest first; the newest ones if none is named. */
  fillsSince(symbol: string, tradeId: string | undefined): Promise<readonly Fill[]>;

  /** Whether a trade since its creation speaks for this order, of which nothing else is known. */
  hasTraded(order: OrderView): Promise<boolean>;

  /** The client order id of an order known by the exchange's number, with how it stands. */
  identify(symbol: string, exchangeOrderId: string): Promise<WorkingOrder | undefined>;
}

export interface FuturesOrders extends MarketOrders {
  /** The symbols whose fills the exchange has booked since then, at most some months ago. */
  tradedSince(atMs: number): Promise<ReadonlySet<string>>;

  /** Has the exchange cancel the symbol's open orders unless it is told again in time; 0 calls that off. */
  countdown(symbol: string, afterMs: number): Promise<void>;
}

export interface SpotOrders extends MarketOrders {
  /**
   * Cancels the orders of a list as one; how each of them stands then, by client order id. Undefined if the exchange says
   * that the list is not open. @throws TradingFailure UNKNOWN or UNAVAILABLE kinds
   */
  cancelList(symbol: string, orderListId: string): Promise<ReadonlyMap<string, VenueReport> | undefined>;
}

export abstract class VenueOrders {
  abstract readonly futures: FuturesOrders;
  abstract readonly spot: SpotOrders;
}

/** Cancels an order; of one that is not open any more, how it stands. */
export const cancelOrFind = async (venue: VenueOrders, order: OrderRef): Promise<VenueReport | undefined> =>
  (await venue[order.market].cancel(order)) ?? (await venue[order.market].find(order));
