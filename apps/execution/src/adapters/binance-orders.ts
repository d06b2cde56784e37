/** Binance's words for orders and fills, turned into Elvis's. A word we do not know is no answer, never a default. */
import { FuturesOrder, FuturesOrderUpdate, FuturesTrade, Parameters } from '@elvis/binance';
import { Decimal, Fill, OrderContent, OrderStatus, OrderView, TradingFailure } from '@elvis/trading';
import { VenueReport } from '../domain/order-lifecycle';
import { OrderNews } from '../user-stream';

const STATUS: Readonly<Record<string, OrderStatus>> = {
  NEW: 'NEW',
  PARTIALLY_FILLED: 'PARTIALLY_FILLED',
  FILLED: 'FILLED',
  CANCELED: 'CANCELED',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
  EXPIRED_IN_MATCH: 'EXPIRED',
};

const statusOf = (word: string): OrderStatus => {
  const status = STATUS[word];
  if (!status) throw unreadable(`an order status Elvis does not know: ${word}`);
  return status;
};

/** An answer we cannot read is no answer: the order may well exist. */
export const unreadable = (what: string): TradingFailure =>
  new TradingFailure('VENUE_UNREADABLE', `Binance sent ${what}`);

/** The parameters of `POST /fapi/v1/order`. */
export const toFuturesOrder = (order: OrderContent): Parameters => ({
  symbol: order.symbol,
  side: order.side,
  type: order.type,
  quantity: order.quantity,
  ...(order.price !== undefined && { price: order.price, timeInForce: order.timeInForce ?? 'GTC' }),
  ...(order.reduceOnly && { reduceOnly: true }),
  newClientOrderId: order.clientOrderId,
  newOrderRespType: 'RESULT',
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
    status: statusOf(order.status),
    filledQuantity: new Decimal(order.executedQty).toFixed(),
    ...(average !== undefined &&
      new Decimal(average).gt(0) && { averagePrice: new Decimal(average).toFixed() }),
  };
}

export const toFill = (trade: FuturesTrade, order: OrderView): Fill => ({
  tradeId: `${trade.id}`,
  market: 'futures',
  symbol: trade.symbol,
  clientOrderId: order.clientOrderId,
  exchangeOrderId: `${trade.orderId}`,
  side: trade.side,
  price: trade.price,
  quantity: trade.qty,
  quoteQuantity: trade.quoteQty,
  fee: trade.commission,
  feeAsset: trade.commissionAsset,
  realizedPnl: trade.realizedPnl,
  isMaker: trade.maker,
  botConfigId: order.botConfigId,
  tradedAtMs: trade.time,
});

export function toNews(update: FuturesOrderUpdate): OrderNews {
  const report: VenueReport = {
    exchangeOrderId: `${update.i}`,
    status: statusOf(update.X),
    filledQuantity: new Decimal(update.z).toFixed(),
    ...(new Decimal(update.ap).gt(0) && { averagePrice: new Decimal(update.ap).toFixed() }),
  };
  const news = { clientOrderId: update.c, symbol: update.s, report };
  if (update.x !== 'TRADE') return news;
  return {
    ...news,
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
      feeAsset: update.N ?? 'USDT',
      realizedPnl: update.rp,
      isMaker: update.m,
      tradedAtMs: update.T,
    },
  };
}
