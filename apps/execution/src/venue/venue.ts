/** What execution needs from an exchange, in Elvis's own words. */
import { CallCost } from '@elvis/binance';
import { DepthSnapshot } from '@elvis/contracts';
import { Fill, Instrument, Market, OrderContent, OrderView } from '@elvis/trading';
import { AccountReading } from '../domain/known-account';
import { VenueReport } from '../domain/order-evidence';
import { PlacementGrant } from '../limiter/budget/request-budget';

/** What became of a placement. `never-left` and `refused` are proven; everything else is `unknown`. */
export type Placement =
  | { readonly kind: 'accepted'; readonly report: VenueReport }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'never-left'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Enough of an order to find it again. */
export type OrderRef = Pick<OrderView, 'market' | 'symbol' | 'clientOrderId' | 'type' | 'exchangeOrderId'>;

/** An order the exchange says is working. */
export interface WorkingOrder extends VenueReport {
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly type: OrderView['type'];
  readonly side: OrderView['side'];
}

export abstract class Venue {
  /** What a placement, of one order or of a batch, takes of the exchange's limits. */
  abstract costOfPlacing(orders: readonly OrderContent[]): CallCost;
  abstract costOfAmending(): CallCost;

  /**
   * Sends the order once. Never repeat it: an exchange keeps a client order id unique among open orders only, so a
   * repeat after a fill would be a second order.
   */
  abstract place(order: OrderContent, grant: PlacementGrant): Promise<Placement>;

  /** Sends up to five plain futures orders in one request, once; one answer for each, in their order. */
  abstract placeBatch(orders: readonly OrderContent[], grant: PlacementGrant): Promise<readonly Placement[]>;

  /** Sends one change of price and quantity, once; never repeated either. */
  abstract amend(
    order: OrderView,
    terms: { readonly quantity: string; readonly price: string },
    grant: PlacementGrant,
  ): Promise<Placement>;

  /**
   * The exchange's own view of the order, or undefined if it does not know it. Asked for by the exchange's number where
   * that is known: the client order id may be another order's by now.
   *
   * @throws TradingFailure
   */
  abstract find(order: OrderRef): Promise<VenueReport | undefined>;

  /** Cancels, by the same rule; undefined if the exchange says the order is not open. @throws TradingFailure UNKNOWN or UNAVAILABLE kinds */
  abstract cancel(order: OrderRef): Promise<VenueReport | undefined>;

  /** Cancels all of a symbol's working orders that wait for their trigger, or all the others. @throws TradingFailure */
  abstract cancelAll(market: Market, symbol: string, kind: 'plain' | 'conditional'): Promise<void>;

  /** What became of these orders of one symbol, by client order id; without those the exchange knows no more. */
  abstract outcomes(
    market: Market,
    symbol: string,
    orders: readonly WorkingOrder[],
  ): Promise<ReadonlyMap<string, VenueReport>>;

  /** All working orders of a market or of one symbol, conditional ones included. @throws TradingFailure */
  abstract openOrders(market: Market, symbol?: string): Promise<readonly WorkingOrder[]>;

  /** Every fill of one order, oldest first. @throws TradingFailure */
  abstract fillsOf(order: OrderView): Promise<readonly Fill[]>;

  /** The account's fills on a symbol after that trade, oldest first; the newest ones if none is named. */
  abstract fillsSince(market: Market, symbol: string, tradeId: string | undefined): Promise<readonly Fill[]>;

  /** Whether a trade since its creation speaks for this order, of which nothing else is known. */
  abstract hasTraded(order: OrderView): Promise<boolean>;

  /** The client order id of an order known by the exchange's number, with how it stands. */
  abstract identify(
    market: Market,
    symbol: string,
    exchangeOrderId: string,
  ): Promise<WorkingOrder | undefined>;

  /** The signed position of one symbol of futures, asked for as urgently as the fate of an order. @throws TradingFailure */
  abstract position(symbol: string): Promise<string>;

  /** Balances and positions as the exchange has them now, at any load. @throws TradingFailure */
  abstract account(market: Market): Promise<Omit<AccountReading, 'asOfMs'>>;
  abstract instruments(market: Market): Promise<readonly Instrument[]>;
  abstract depth(market: Market, symbol: string, limit: number): Promise<DepthSnapshot>;

  /** The leverage the exchange has for the symbol now. @throws TradingFailure */
  abstract leverageOf(symbol: string): Promise<number>;
  /** The same for every symbol, in one call. */
  abstract leverages(): Promise<ReadonlyMap<string, number>>;
  /** @throws TradingFailure VENUE_REJECTED the exchange refused the value */
  abstract setLeverage(symbol: string, leverage: number): Promise<void>;

  /** Has the exchange cancel the symbol's open orders unless it is told again in time; 0 calls that off. */
  abstract countdown(symbol: string, afterMs: number): Promise<void>;
}
