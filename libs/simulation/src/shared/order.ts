/** An order as the exchange keeps it, on either market. Prices and quantities are in the instrument's units. */
export type Side = 'BUY' | 'SELL';
export type OrderType =
  'LIMIT' | 'MARKET' | 'LIMIT_MAKER' | 'STOP_LOSS' | 'STOP_LOSS_LIMIT' | 'TAKE_PROFIT' | 'TAKE_PROFIT_LIMIT';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTX' | 'GTD';
export type OrderStatus =
  | 'NEW'
  | 'PENDING_NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'REJECTED'
  | 'EXPIRED'
  | 'EXPIRED_IN_MATCH';
export type PositionSide = 'BOTH' | 'LONG' | 'SHORT';
export type SelfTradePrevention = 'NONE' | 'EXPIRE_TAKER' | 'EXPIRE_MAKER' | 'EXPIRE_BOTH';
/** What just happened to an order: the `x` of an order event. */
export type Execution =
  'NEW' | 'TRADE' | 'CANCELED' | 'EXPIRED' | 'AMENDMENT' | 'REPLACED' | 'CALCULATED' | 'REJECTED';

export interface Order {
  readonly id: bigint;
  readonly clientOrderId: string;
  readonly account: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** As it was sent: an algo order that triggered keeps its conditional type here. */
  readonly origType: string;
  readonly timeInForce: TimeInForce;
  readonly positionSide: PositionSide;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
  readonly selfTradePrevention: SelfTradePrevention;
  readonly priceMatch: string;
  readonly goodTillDate: number;
  readonly stopPrice: number;
  readonly time: number;
  price: number;
  quantity: number;
  executed: number;
  /** What the fills came to, in 1e-8 quote. */
  filledNotional: bigint;
  status: OrderStatus;
  updateTime: number;
  /** Recorded quantity at its price that trades before it does. */
  queueAhead: number;
  /** Whether it rests in the book now. */
  resting: boolean;
  /** Why it ended early, in Binance's number for it: `er` of the order event. */
  expiryReason?: number;
  amendments: number;
  /** The caller's own number of the last change. */
  modifyId?: bigint;
  /** Notional counted as possible exposure while it rests, in 1e-8 quote. */
  reserved: bigint;
}

export interface Fill {
  readonly price: number;
  readonly quantity: number;
  readonly tradeId: number;
  readonly maker: boolean;
  readonly time: number;
}

export const remainingOf = (order: Order): number => order.quantity - order.executed;
export const opposite = (side: Side): Side => (side === 'BUY' ? 'SELL' : 'BUY');
export const isOpen = (order: Order): boolean =>
  order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';

/** The client order id of an order that was sent without one. */
export const madeUpId = (number: number): string => `paper${number.toString(36).padStart(17, '0')}`;

/** The number a made-up id was made of; 0 for any other id. */
export const numberOfMadeUpId = (id: string): number =>
  /^paper[0-9a-z]{17}$/.test(id) ? Number.parseInt(id.slice(5), 36) : 0;
