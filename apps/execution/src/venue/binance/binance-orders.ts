/** Binance's words for orders and fills, turned into Elvis's. A word we do not know is no answer, never a default. */
import {
  FuturesAlgoOrder,
  FuturesAlgoUpdate,
  FuturesOrder,
  FuturesOrderUpdate,
  FuturesTrade,
  Parameters,
} from '@elvis/binance';
import {
  Decimal,
  Fill,
  ORDER_TYPES,
  OrderContent,
  OrderStatus,
  OrderType,
  OrderView,
  TradingFailure,
} from '@elvis/trading';
import { VenueReport } from '../../domain/order-evidence';
import { OrderUpdate } from '../user-stream';
import { WorkingOrder } from '../venue-orders';

const STATUS: Readonly<Record<string, OrderStatus>> = {
  NEW: 'NEW',
  PARTIALLY_FILLED: 'PARTIALLY_FILLED',
  FILLED: 'FILLED',
  CANCELED: 'CANCELED',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
  EXPIRED_IN_MATCH: 'EXPIRED',
};
/** A conditional order that has triggered is known by the order it became; until that one is seen it works. */
const ALGO_STATUS: Readonly<Record<string, OrderStatus>> = {
  NEW: 'NEW',
  TRIGGERING: 'NEW',
  TRIGGERED: 'NEW',
  CANCELED: 'CANCELED',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
};

/** An answer we cannot read is no answer: the order may well exist. */
export const unreadable = (what: string): TradingFailure =>
  new TradingFailure(
    'VENUE_UNREADABLE',
    `The answer of Binance cannot be used, because it has ${what}. If the request was to change something, it is not known whether it did: read it before retrying`,
  );

function wordOf(words: Readonly<Record<string, OrderStatus>>, word: string): OrderStatus {
  const status = words[word];
  if (!status) throw unreadable(`an order status Elvis does not know: ${word}`);
  return status;
}

/** Why an order ended, where the exchange's word says more than ours: without a reason it would seem to have expired. */
export const endOf = (word: string): Pick<VenueReport, 'code' | 'reason'> =>
  word === 'EXPIRED_IN_MATCH'
    ? {
        code: word,
        reason:
          'The order expired because it would have traded with an order of the same account (self-trade prevention)',
      }
    : {};

export const typeOf = (word: string): OrderType | undefined => ORDER_TYPES.find((type) => type === word);

/** The parameters of `POST /fapi/v1/order`, alone or in a batch. */
export const toFuturesOrder = (order: OrderContent): Parameters => ({
  symbol: order.symbol,
  side: order.side,
  type: order.type,
  quantity: order.quantity,
  ...(order.price !== undefined && { price: order.price, timeInForce: order.timeInForce ?? 'GTC' }),
  // In hedge mode the side says what is closed, and the exchange refuses the word reduceOnly.
  ...(order.positionSide ? { positionSide: order.positionSide } : order.reduceOnly && { reduceOnly: true }),
  selfTradePreventionMode: 'EXPIRE_MAKER',
  newClientOrderId: order.clientOrderId,
  newOrderRespType: 'RESULT',
});

/** The parameters of `POST /fapi/v1/algoOrder`. */
export const toAlgoOrder = (order: OrderContent): Parameters => ({
  algoType: 'CONDITIONAL',
  symbol: order.symbol,
  side: order.side,
  type: order.type,
  ...(!order.closePosition && { quantity: order.quantity }),
  ...(order.price !== undefined && { price: order.price, timeInForce: order.timeInForce ?? 'GTC' }),
  ...(order.type === 'TRAILING_STOP_MARKET'
    ? { callbackRate: order.callbackRate, activatePrice: order.stopPrice }
    : { triggerPrice: order.stopPrice }),
  ...(order.workingType && { workingType: order.workingType }),
  ...(order.closePosition && { closePosition: true }),
  ...(order.reduceOnly && !order.closePosition && { reduceOnly: true }),
  clientAlgoId: order.clientOrderId,
});

export function toReport(order: FuturesOrder): VenueReport {
  if (
    typeof order.status !== 'string' ||
    order.orderId === undefined ||
    typeof order.executedQty !== 'string'
  ) {
    throw unreadable('an order without status, id or executed quantity');
  }
  const average = order.avgPrice;
  return {
    exchangeOrderId: `${order.orderId}`,
    status: wordOf(STATUS, order.status),
    ...endOf(order.status),
    filledQuantity: new Decimal(order.executedQty).toFixed(),
    ...(average !== undefined &&
      new Decimal(average).gt(0) && { averagePrice: new Decimal(average).toFixed() }),
    ...termsOf(order.origQty, order.price, order.updateTime),
  };
}

export const toWorkingOrder = (order: FuturesOrder): WorkingOrder => ({
  ...toReport(order),
  clientOrderId: order.clientOrderId,
  symbol: order.symbol,
  side: order.side,
  type: typeOf(order.type) ?? 'LIMIT',
});

/** Of a conditional order that has not become an order yet. */
export const toAlgoReport = (order: FuturesAlgoOrder): VenueReport => ({
  exchangeOrderId: `algo:${order.algoId}`,
  status: wordOf(ALGO_STATUS, order.algoStatus),
  filledQuantity: '0',
  ...termsOf(order.quantity, order.price, order.updateTime),
});

export const toWorkingAlgo = (order: FuturesAlgoOrder): WorkingOrder => ({
  ...toAlgoReport(order),
  clientOrderId: order.clientAlgoId,
  symbol: order.symbol,
  side: order.side,
  type: typeOf(order.orderType) ?? 'STOP_MARKET',
});

/** The number of the order that a conditional one became, once it has. */
export const actualOrderIdOf = ({ actualOrderId }: FuturesAlgoOrder): string | undefined =>
  actualOrderId === undefined || `${actualOrderId}` === '' || `${actualOrderId}` === '0'
    ? undefined
    : `${actualOrderId}`;

export const toFill = (
  trade: FuturesTrade,
  order: Pick<OrderView, 'clientOrderId' | 'botConfigId'> | undefined,
): Fill => ({
  tradeId: `${trade.id}`,
  market: 'futures',
  symbol: trade.symbol,
  clientOrderId: order?.clientOrderId ?? '',
  exchangeOrderId: `${trade.orderId}`,
  side: trade.side,
  price: trade.price,
  quantity: trade.qty,
  quoteQuantity: trade.quoteQty,
  fee: trade.commission,
  feeAsset: trade.commissionAsset,
  realizedPnl: trade.realizedPnl,
  isMaker: trade.maker,
  ...(order?.botConfigId !== undefined && { botConfigId: order.botConfigId }),
  tradedAtMs: trade.time,
});

export function toOrderUpdate(update: FuturesOrderUpdate, atMs: number): OrderUpdate {
  const report: VenueReport = {
    exchangeOrderId: `${update.i}`,
    status: wordOf(STATUS, update.X),
    ...endOf(update.X),
    filledQuantity: new Decimal(update.z).toFixed(),
    ...(new Decimal(update.ap).gt(0) && { averagePrice: new Decimal(update.ap).toFixed() }),
    ...termsOf(update.q, update.p, atMs),
  };
  const orderUpdate: OrderUpdate = {
    market: 'futures',
    clientOrderId: update.c,
    symbol: update.s,
    side: update.S,
    type: typeOf(update.o),
    report,
  };
  // A liquidation is told as CALCULATED; what it closed is a fill like any other.
  const isFill = update.x === 'TRADE' || (update.x === 'CALCULATED' && new Decimal(update.l).gt(0));
  if (!isFill) return orderUpdate;
  return {
    ...orderUpdate,
    fill: {
      tradeId: `${update.t}`,
      market: 'futures',
      symbol: update.s,
      clientOrderId: update.c,
      exchangeOrderId: `${update.i}`,
      side: update.S,
      price: update.L,
      quantity: update.l,
      quoteQuantity: new Decimal(update.l).times(update.L).toFixed(),
      fee: update.n ?? '0',
      feeAsset: update.N ?? '',
      realizedPnl: update.rp,
      isMaker: update.m,
      tradedAtMs: update.T,
    },
  };
}

/** News of a conditional order; undefined where the order that it became tells the rest. */
export function toAlgoOrderUpdate(update: FuturesAlgoUpdate, atMs: number): OrderUpdate | undefined {
  if (update.X === 'FINISHED') return undefined;
  const actual =
    update.ai === undefined || `${update.ai}` === '' || `${update.ai}` === '0' ? '' : `${update.ai}`;
  return {
    market: 'futures',
    clientOrderId: update.caid,
    symbol: update.s,
    side: update.S,
    type: typeOf(update.o),
    report: {
      exchangeOrderId: actual === '' ? `algo:${update.aid}` : actual,
      status: wordOf(ALGO_STATUS, update.X),
      filledQuantity: '0',
      ...(actual === '' && termsOf(update.q, update.p, atMs)),
    },
  };
}

/** What the exchange says of quantity, price and time; a zero is its word for none. */
export function termsOf(
  quantity: string | undefined,
  price: string | undefined,
  atMs: number | undefined,
): Pick<VenueReport, 'quantity' | 'price' | 'atMs'> {
  const positive = (text: string | undefined): string | undefined =>
    text !== undefined && text !== '' && new Decimal(text).gt(0) ? new Decimal(text).toFixed() : undefined;
  return {
    ...(positive(quantity) !== undefined && { quantity: positive(quantity) }),
    ...(positive(price) !== undefined && { price: positive(price) }),
    ...(atMs !== undefined && { atMs }),
  };
}
