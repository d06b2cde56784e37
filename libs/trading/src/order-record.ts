/** What Elvis knows of an order, of a fill, and what it writes into the orders' journal about them. */
import { Denial } from './denial';
import { OrderContent, OrderSide, OrderStatus } from './order';

/** An order as Elvis knows it. Times are UTC milliseconds; decimals are strings. */
export interface OrderView extends Omit<OrderContent, 'closePosition'> {
  readonly closePosition?: boolean;
  readonly filledQuantity: string;
  readonly averagePrice?: string;
  readonly status: OrderStatus;
  /** Why it was denied, rejected or ended early: a denial code, or the exchange's own number or word as text. */
  readonly code?: string;
  /** The same in words: the exchange's own, where it refused. */
  readonly reason?: string;
  readonly decisionId: string;
  readonly actor: string;
  readonly exchangeOrderId?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** One execution of part of our order. Its identity is the exchange's: market, symbol and trade id. */
export interface Fill {
  readonly tradeId: string;
  readonly market: string;
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly exchangeOrderId: string;
  readonly side: OrderSide;
  readonly price: string;
  readonly quantity: string;
  readonly quoteQuantity: string;
  readonly fee: string;
  readonly feeAsset: string;
  /** What the symbol trades and what it is priced in, by the exchange's list; absent where that could not be read. */
  readonly baseAsset?: string;
  readonly quoteAsset?: string;
  /** Realised profit of this fill in the quote asset, without the fee. */
  readonly realizedPnl: string;
  readonly isMaker: boolean;
  readonly botConfigId?: string;
  /** The exchange's time of the trade. */
  readonly tradedAtMs: number;
}

/**
 * - INTENT    claimed by execution; it may be sent until `sendByMs`, or may have been.
 * - RELEASED  never sent; the id is free to be claimed again.
 * - VOID      written by risk before it returns a reservation whose order never came out.
 * - DENIED    refused by risk; final, the id is used up.
 * - OUTCOME   what the exchange made of it so far; `view.status` says.
 */
export const JOURNAL_RECORD_TYPES = ['INTENT', 'RELEASED', 'VOID', 'DENIED', 'OUTCOME'] as const;
export type JournalRecordType = (typeof JOURNAL_RECORD_TYPES)[number];

/** A change of price or quantity that was approved and may be on the wire; until it is settled no other may begin. */
export interface Amendment {
  readonly approvalId: string;
  readonly decisionId: string;
  readonly epoch: number;
  /** Exchange time; after `sendByMs + recvWindowMs` the exchange cannot accept it any more. */
  readonly sendByMs: number;
  readonly recvWindowMs: number;
  /** What the order is to have then; both are always sent. */
  readonly quantity: string;
  readonly price: string;
}

export interface JournalRecord {
  readonly version: 1;
  readonly type: JournalRecordType;
  readonly order: OrderContent;
  readonly view: OrderView;
  /** Of the approval this intent used up. */
  readonly approvalId?: string;
  readonly epoch?: number;
  /** Exchange time; after `sendByMs + recvWindowMs` the exchange cannot accept the request any more. */
  readonly sendByMs?: number;
  readonly recvWindowMs?: number;
  /** Exchange trade ids that have been applied; a fill applies once. */
  readonly appliedTradeIds?: readonly string[];
  /** Sums over the applied fills; the order is complete when `quantity` reaches the view's filled quantity. */
  readonly fills?: {
    readonly quantity: string;
    readonly quote: string;
    /** What is left of a purchase on spot when its fees were taken out of it; the quantity itself where absent. */
    readonly received?: string;
  };
  readonly denial?: Denial;
  /** Under way, or its outcome is not known yet. */
  readonly amendment?: Amendment;
  /** The exchange's time of the newest news about price and quantity; older news does not bring old ones back. */
  readonly venueTimeMs?: number;
  /** The decision on the order as risk made it: in the record that claims the id, and in risk's own VOID and DENIED. */
  readonly decision?: string;
  /** The event that the relay publishes of this record; its id follows from the record, so a repeat is one. */
  readonly announcement?: {
    readonly type: string;
    readonly id: string;
    /** Sequence of the order's record before this one, of which the relay publishes first; 0 if there is none. */
    readonly after?: number;
    readonly traceId?: string;
    readonly fill?: Fill;
  };
}
