/** The port that sends orders to the exchange: each of them once. */
import { CallCost } from '@elvis/binance';
import { OrderContent, OrderView } from '@elvis/trading';
import { VenueReport } from '../domain/order-evidence';
import { PlacementGrant } from '../limiter/budget/request-budget';

/** The outcome of a placement. `never-left` and `refused` are proven; everything else is `unknown`. */
export type Placement =
  | { readonly kind: 'accepted'; readonly report: VenueReport }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'never-left'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

interface MarketOrderEntry {
  /** What a placement, of one order or of a batch, takes of the exchange's limits. */
  costOfPlacing(orders: readonly OrderContent[]): CallCost;

  /**
   * Sends the order once. Never repeat it: an exchange keeps a client order id unique among open orders only, so a
   * repeat after a fill would be a second order.
   */
  place(order: OrderContent, grant: PlacementGrant): Promise<Placement>;
}

export interface FuturesOrderEntry extends MarketOrderEntry {
  costOfAmending(): CallCost;

  /** Sends up to five plain orders in one request, once; one answer for each, in their order. */
  placeBatch(orders: readonly OrderContent[], grant: PlacementGrant): Promise<readonly Placement[]>;

  /** Sends one change of price and quantity, once; never repeated either. */
  amend(
    order: OrderView,
    terms: { readonly quantity: string; readonly price: string },
    grant: PlacementGrant,
  ): Promise<Placement>;
}

export interface SpotOrderEntry extends MarketOrderEntry {
  costOfPlacingList(): CallCost;

  /** Sends the stop and the target of a list in one request, once: both are taken or neither; one answer for each. */
  placeList(legs: ListLegs, grant: PlacementGrant): Promise<readonly [Placement, Placement]>;
}

/** Of one list: the stop, and the target. */
export type ListLegs = readonly [stop: OrderContent, target: OrderContent];

export abstract class OrderEntry {
  abstract readonly futures: FuturesOrderEntry;
  abstract readonly spot: SpotOrderEntry;
}
