/** What execution needs from an exchange, in Elvis's own words. */
import { AccountView, DepthSnapshot } from '@elvis/contracts';
import { Fill, Instrument, Market, OrderContent, OrderView } from '@elvis/trading';
import { VenueReport } from './domain/order-lifecycle';

/** When a request was stamped, fixed before its grant and never changed after. */
export interface RequestTiming {
  readonly timestampMs: number;
  readonly recvWindowMs: number;
}

/** What became of a placement. `never-left` and `refused` are proven; everything else is `unknown`. */
export type Placement =
  | { readonly kind: 'accepted'; readonly report: VenueReport }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'never-left'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** An order the exchange says is working. */
export interface WorkingOrder extends VenueReport {
  readonly clientOrderId: string;
  readonly symbol: string;
}

export abstract class Venue {
  /**
   * Sends the order once. Never repeat it: an exchange keeps a client order id unique among open orders only, so a
   * repeat after a fill would be a second order.
   */
  abstract place(order: OrderContent, timing: RequestTiming): Promise<Placement>;

  /** The exchange's own view of the order, or undefined if it has never heard of it. @throws TradingFailure */
  abstract find(market: Market, symbol: string, clientOrderId: string): Promise<VenueReport | undefined>;

  /** Cancels; undefined if the exchange says the order is not open. @throws TradingFailure UNKNOWN or UNAVAILABLE kinds */
  abstract cancel(market: Market, symbol: string, clientOrderId: string): Promise<VenueReport | undefined>;

  /** All working orders of a market. @throws TradingFailure */
  abstract openOrders(market: Market): Promise<readonly WorkingOrder[]>;

  /** Every fill of one order, oldest first. @throws TradingFailure */
  abstract fillsOf(order: OrderView): Promise<readonly Fill[]>;

  abstract account(market: Market): Promise<AccountView>;
  abstract instruments(market: Market): Promise<readonly Instrument[]>;
  abstract depth(market: Market, symbol: string, limit: number): Promise<DepthSnapshot>;

  /** The leverage the exchange has for the symbol now. @throws TradingFailure */
  abstract leverageOf(symbol: string): Promise<number>;
  /** @throws TradingFailure VENUE_REJECTED the exchange refused the value */
  abstract setLeverage(symbol: string, leverage: number): Promise<void>;
}
