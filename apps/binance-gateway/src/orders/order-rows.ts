/**
 * Orders as Binance shows them. Written as text, because an order's number at the exchange may be larger than a double
 * holds. What Elvis does not keep and the exchange always says of an order like this one is said as the exchange would.
 */
import { OwnTrade } from '@elvis/contracts';
import { Decimal, OrderStatus, OrderType, OrderView, isConditional } from '@elvis/trading';

/** An order and the id that its bot gave it. */
export interface OwnOrder {
  readonly order: OrderView;
  readonly clientId: string;
}

/** How many digits the exchange shows of the symbol's prices and quantities. */
export interface Digits {
  readonly price: number;
  readonly quantity: number;
}

const SELF_TRADE_PREVENTION = 'EXPIRE_MAKER';

/** A conditional order that has not woken is the algo service's; by its number there it is known. */
export const isAlgoOrder = ({ market, type, exchangeOrderId }: OrderView): boolean =>
  market === 'futures' &&
  isConditional(type) &&
  (exchangeOrderId === undefined || exchangeOrderId.startsWith(ALGO_NUMBER));

export const ALGO_NUMBER = 'algo:';

export function orderRow(own: OwnOrder, digits: Digits): string {
  return own.order.market === 'futures' ? futuresRow(own, digits) : spotRow(own, digits);
}

/** With no fewer digits than the exchange shows. */
export function shown(value: string | undefined, digits: number): string {
  const decimal = new Decimal(value ?? '0');
  return decimal.toFixed(Math.max(digits, decimal.decimalPlaces()));
}

/** Once awake it is an order of the plain kind. */
const plainType = (type: OrderType): OrderType =>
  !isConditional(type) ? type : type === 'STOP' || type === 'TAKE_PROFIT' ? 'LIMIT' : 'MARKET';

function futuresRow({ order, clientId }: OwnOrder, digits: Digits): string {
  const executed = shown(order.filledQuantity, digits.quantity);
  return numbered('orderId', order, {
    symbol: order.symbol,
    status: exchangeStatus(order),
    clientOrderId: clientId,
    price: shown(order.price, digits.price),
    avgPrice: shown(order.averagePrice, digits.price),
    origQty: shown(order.closePosition ? '0' : order.quantity, digits.quantity),
    executedQty: executed,
    cumQty: executed,
    cumQuote: quoteOf(order),
    timeInForce: order.timeInForce ?? 'GTC',
    type: plainType(order.type),
    reduceOnly: order.reduceOnly ?? false,
    closePosition: order.closePosition ?? false,
    side: order.side,
    positionSide: 'BOTH',
    stopPrice: shown(order.stopPrice, digits.price),
    workingType: order.workingType ?? 'CONTRACT_PRICE',
    priceProtect: false,
    origType: plainType(order.type),
    priceMatch: 'NONE',
    selfTradePreventionMode: SELF_TRADE_PREVENTION,
    goodTillDate: 0,
    time: order.createdAtMs,
    updateTime: order.updatedAtMs,
  });
}

function spotRow({ order, clientId }: OwnOrder, digits: Digits): string {
  return numbered('orderId', order, {
    symbol: order.symbol,
    orderListId: -1,
    clientOrderId: clientId,
    ...spotProgress(order, digits),
    stopPrice: shown(order.stopPrice, digits.price),
    icebergQty: shown('0', digits.quantity),
    time: order.createdAtMs,
    updateTime: order.updatedAtMs,
    isWorking: true,
    workingTime: order.createdAtMs,
    selfTradePreventionMode: SELF_TRADE_PREVENTION,
  });
}

/** The answer to a new spot order; with its fills where they are known, because an empty list says that there were none. */
export function spotPlaced(
  { order, clientId }: OwnOrder,
  kind: 'ACK' | 'RESULT' | 'FULL',
  digits: Digits,
  fills: readonly OwnTrade[] = [],
): string {
  return numbered('orderId', order, {
    symbol: order.symbol,
    orderListId: -1,
    clientOrderId: clientId,
    transactTime: order.updatedAtMs,
    ...(kind !== 'ACK' && {
      ...spotProgress(order, digits),
      workingTime: order.createdAtMs,
      selfTradePreventionMode: SELF_TRADE_PREVENTION,
    }),
    ...(kind === 'FULL' && { fills: fills.map((fill) => fillRow(fill, digits)) }),
  });
}

const fillRow = ({ tradeId, price, quantity, fee, feeAsset }: OwnTrade, digits: Digits) => ({
  price: shown(price, digits.price),
  qty: shown(quantity, digits.quantity),
  commission: shown(fee, digits.quantity),
  commissionAsset: feeAsset,
  tradeId: Number(tradeId),
});

/** On spot a cancel has an id of its own, and the order's stands beside it. */
export function spotCanceled({ order, clientId }: OwnOrder, cancelId: string, digits: Digits): string {
  return numbered('orderId', order, {
    symbol: order.symbol,
    origClientOrderId: clientId,
    orderListId: -1,
    clientOrderId: cancelId,
    transactTime: order.updatedAtMs,
    ...spotProgress(order, digits),
    selfTradePreventionMode: SELF_TRADE_PREVENTION,
  });
}

const spotProgress = (order: OrderView, digits: Digits) => ({
  price: shown(order.price, digits.price),
  origQty: shown(order.quantity, digits.quantity),
  executedQty: shown(order.filledQuantity, digits.quantity),
  origQuoteOrderQty: shown('0', digits.quantity),
  cummulativeQuoteQty: shown(quoteOf(order), digits.quantity),
  status: exchangeStatus(order),
  timeInForce: order.timeInForce ?? 'GTC',
  type: order.type,
  side: order.side,
});

/** What was paid for what is filled, as the average tells it. */
export const quoteOf = ({ filledQuantity, averagePrice }: OrderView): string =>
  averagePrice === undefined
    ? '0'
    : new Decimal(filledQuantity).times(new Decimal(averagePrice)).toDecimalPlaces(8).toFixed();

/** A cancel that is under way is nothing the exchange knows: the order is what it was. */
export function exchangeStatus({ status, filledQuantity }: OrderView): OrderStatus {
  if (status !== 'PENDING_CANCEL') return status;
  return new Decimal(filledQuantity).isZero() ? 'NEW' : 'PARTIALLY_FILLED';
}

function numbered(name: string, { exchangeOrderId }: OrderView, fields: object): string {
  if (exchangeOrderId === undefined || !/^\d+$/.test(exchangeOrderId))
    throw new Error(
      'An order without a number at the exchange cannot be shown in its words; this is a bug, please report it',
    );
  return `{"${name}":${exchangeOrderId},${JSON.stringify(fields).slice(1)}`;
}
