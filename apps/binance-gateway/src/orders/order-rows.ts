/**
 * Orders as Binance shows them. Written as text, because an order's number at the exchange may be larger than a double
 * holds. What Elvis does not keep and the exchange always says of an order like this one is said as the exchange would.
 */
import { Decimal, OrderStatus, OrderView, isConditional } from '@elvis/trading';

/** An order and the id that its bot gave it. */
export interface OwnOrder {
  readonly order: OrderView;
  readonly clientId: string;
}

const NO_PRICE = '0';
const SELF_TRADE_PREVENTION = 'EXPIRE_MAKER';

/** A conditional order that has not woken is the algo service's; by its number there it is known. */
export const isAlgoOrder = ({ market, type }: OrderView): boolean =>
  market === 'futures' && isConditional(type);

export function orderRow(own: OwnOrder): string {
  return own.order.market === 'futures' ? futuresRow(own) : spotRow(own);
}

function futuresRow({ order, clientId }: OwnOrder): string {
  const executed = order.filledQuantity;
  return numbered('orderId', order, {
    symbol: order.symbol,
    status: exchangeStatus(order),
    clientOrderId: clientId,
    price: order.price ?? NO_PRICE,
    avgPrice: order.averagePrice ?? NO_PRICE,
    origQty: order.closePosition ? '0' : order.quantity,
    executedQty: executed,
    cumQty: executed,
    cumQuote: quoteOf(order),
    timeInForce: order.timeInForce ?? 'GTC',
    type: order.type,
    reduceOnly: order.reduceOnly ?? false,
    closePosition: order.closePosition ?? false,
    side: order.side,
    positionSide: 'BOTH',
    stopPrice: order.stopPrice ?? NO_PRICE,
    workingType: order.workingType ?? 'CONTRACT_PRICE',
    priceProtect: false,
    origType: order.type,
    priceMatch: 'NONE',
    selfTradePreventionMode: SELF_TRADE_PREVENTION,
    goodTillDate: 0,
    time: order.createdAtMs,
    updateTime: order.updatedAtMs,
  });
}

function spotRow({ order, clientId }: OwnOrder): string {
  return numbered('orderId', order, {
    symbol: order.symbol,
    orderListId: -1,
    clientOrderId: clientId,
    ...spotProgress(order),
    stopPrice: order.stopPrice ?? NO_PRICE,
    icebergQty: '0',
    time: order.createdAtMs,
    updateTime: order.updatedAtMs,
    isWorking: true,
    workingTime: order.createdAtMs,
    selfTradePreventionMode: SELF_TRADE_PREVENTION,
  });
}

/**
 * The answer to a new spot order. Its fills are not known when it is given, so it is never the full kind with a list: an
 * empty one would say that there were none.
 */
export function spotPlaced({ order, clientId }: OwnOrder, isFull: boolean): string {
  return numbered('orderId', order, {
    symbol: order.symbol,
    orderListId: -1,
    clientOrderId: clientId,
    transactTime: order.updatedAtMs,
    ...(isFull && spotProgress(order)),
    ...(isFull && { workingTime: order.createdAtMs, selfTradePreventionMode: SELF_TRADE_PREVENTION }),
  });
}

/** On spot a cancel has an id of its own, and the order's stands beside it. */
export function spotCanceled({ order, clientId }: OwnOrder, cancelId: string): string {
  return numbered('orderId', order, {
    symbol: order.symbol,
    origClientOrderId: clientId,
    orderListId: -1,
    clientOrderId: cancelId,
    transactTime: order.updatedAtMs,
    ...spotProgress(order),
    selfTradePreventionMode: SELF_TRADE_PREVENTION,
  });
}

const spotProgress = (order: OrderView) => ({
  price: order.price ?? NO_PRICE,
  origQty: order.quantity,
  executedQty: order.filledQuantity,
  origQuoteOrderQty: '0',
  cummulativeQuoteQty: quoteOf(order),
  status: exchangeStatus(order),
  timeInForce: order.timeInForce ?? 'GTC',
  type: order.type,
  side: order.side,
});

/** What was paid for what is filled, as the average tells it. */
const quoteOf = ({ filledQuantity, averagePrice }: OrderView): string =>
  averagePrice === undefined
    ? '0'
    : new Decimal(filledQuantity).times(new Decimal(averagePrice)).toDecimalPlaces(8).toFixed();

/** A cancel that is under way is nothing the exchange knows: the order is what it was. */
function exchangeStatus({ status, filledQuantity }: OrderView): OrderStatus {
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
