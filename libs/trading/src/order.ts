/** What an order is, in the field's own words, and which statuses it can be in. */
export const MARKETS = ['futures', 'spot'] as const;
export type Market = (typeof MARKETS)[number];

export const ORDER_SIDES = ['BUY', 'SELL'] as const;
export type OrderSide = (typeof ORDER_SIDES)[number];

export const ORDER_TYPES = [
  'LIMIT',
  'MARKET',
  'STOP',
  'STOP_MARKET',
  'TAKE_PROFIT',
  'TAKE_PROFIT_MARKET',
  'TRAILING_STOP_MARKET',
  'LIMIT_MAKER',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT_LIMIT',
] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

const CONDITIONAL_TYPES: ReadonlySet<OrderType> = new Set([
  'STOP',
  'STOP_MARKET',
  'TAKE_PROFIT',
  'TAKE_PROFIT_MARKET',
  'TRAILING_STOP_MARKET',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT_LIMIT',
]);

/** Whether an order of this type waits for its trigger before it is an order like any other. */
export const isConditional = (type: OrderType): boolean => CONDITIONAL_TYPES.has(type);

export const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK', 'GTX'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

export const WORKING_TYPES = ['MARK_PRICE', 'CONTRACT_PRICE'] as const;
export type WorkingType = (typeof WORKING_TYPES)[number];

/** DENIED is ours, REJECTED is the exchange's, UNKNOWN is nobody's yet. */
export const ORDER_STATUSES = [
  'PENDING_NEW',
  'NEW',
  'PARTIALLY_FILLED',
  'FILLED',
  'PENDING_CANCEL',
  'CANCELED',
  'REJECTED',
  'EXPIRED',
  'DENIED',
  'UNKNOWN',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const CLOSED_STATUSES = ['FILLED', 'CANCELED', 'REJECTED', 'EXPIRED', 'DENIED'] as const;

/** Whether nothing further can happen to an order in this status. */
export const isClosedStatus = (status: OrderStatus): boolean =>
  (CLOSED_STATUSES as readonly OrderStatus[]).includes(status);

/** Binance's own rule for `newClientOrderId`; unique in Elvis until 90 days after the order closed. */
export const CLIENT_ORDER_ID_PATTERN = /^[.A-Z:/a-z0-9_-]{1,36}$/;

/**
 * Every symbol that `exchangeInfo` lists on either market, and nothing that would break a subject or a key: letters of
 * any script (capital ones where the script has two kinds), digits, and the underscore of delivery contracts.
 */
export const SYMBOL_PATTERN = /^[\p{Lu}\p{Lo}\p{M}\p{Nd}_]{3,40}$/u;
/** The pattern in words, after the name of the field. */
export const SYMBOL_RULE = 'must be 3 to 40 capital letters, digits or _, such as BTCUSDT';
/** What the exchange calls an asset: the same without the underscore, and shorter. */
export const ASSET_PATTERN = /^[\p{Lu}\p{Lo}\p{M}\p{Nd}]{1,20}$/u;

/** The two positions that a symbol has in an account in hedge mode; in one-way mode it has one, without a side. */
export const HEDGE_SIDES = ['LONG', 'SHORT'] as const;
export type HedgeSide = (typeof HEDGE_SIDES)[number];

/** Whether the order sells coin that the stop of its list holds for both: the target of a list. */
export const sharesCoin = ({ orderListId, type }: Pick<OrderContent, 'orderListId' | 'type'>): boolean =>
  orderListId !== undefined && type === 'LIMIT_MAKER';

/** Whose order it is where a program that speaks Binance's words sent it, and what that program calls it. */
export interface OrderOrigin {
  readonly keyId: string;
  readonly clientId: string;
  /** How often the program has used this id for an order that is over. */
  readonly generation: number;
}

/** What the sender asks for, before anybody decided anything. Decimals are strings, as on every wire. */
export interface OrderContent {
  readonly clientOrderId: string;
  readonly market: Market;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: OrderType;
  readonly quantity: string;
  readonly price?: string;
  readonly timeInForce?: TimeInForce;
  readonly reduceOnly?: boolean;
  readonly closePosition?: boolean;
  readonly stopPrice?: string;
  readonly callbackRate?: string;
  readonly workingType?: WorkingType;
  readonly botConfigId?: string;
  /** Of the legs of an order list: the list's id. They are placed in one request and end together. */
  readonly orderListId?: string;
  /** Of orders that flatten an account in hedge mode alone: the position they close. */
  readonly positionSide?: HedgeSide;
  readonly origin?: OrderOrigin;
}
