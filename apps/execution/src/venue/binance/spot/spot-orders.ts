/** Binance's words for spot orders and fills, turned into Elvis's. */
import { Parameters, SpotExecutionReport, SpotOrder, SpotOrderList, SpotTrade } from '@elvis/binance';
import { Decimal, Fill, OrderContent, OrderStatus, OrderType, OrderView } from '@elvis/trading';
import { VenueReport } from '../../../domain/order-evidence';
import { ListLegs } from '../../order-entry';
import { OrderUpdate } from '../../user-stream';
import { WorkingOrder } from '../../venue-orders';
import { endOf, termsOf, typeOf, unreadable } from '../binance-orders';

const STATUS: Readonly<Record<string, OrderStatus>> = {
  NEW: 'NEW',
  PENDING_NEW: 'NEW',
  PARTIALLY_FILLED: 'PARTIALLY_FILLED',
  FILLED: 'FILLED',
  CANCELED: 'CANCELED',
  PENDING_CANCEL: 'NEW',
  REJECTED: 'REJECTED',
  EXPIRED: 'EXPIRED',
  EXPIRED_IN_MATCH: 'EXPIRED',
};

/** Of the types that carry a price, LIMIT_MAKER alone takes no time in force: it is never anything but GTC. */
const TIMED: ReadonlySet<OrderType> = new Set(['LIMIT', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT_LIMIT']);
export const SPOT_TYPES: ReadonlySet<OrderType> = new Set<OrderType>([...TIMED, 'MARKET', 'LIMIT_MAKER']);

/** The parameters of `POST /api/v3/order`. */
export const toSpotOrder = (order: OrderContent): Parameters => ({
  symbol: order.symbol,
  side: order.side,
  type: order.type,
  quantity: order.quantity,
  ...(order.price !== undefined && { price: order.price }),
  ...(TIMED.has(order.type) && { timeInForce: order.timeInForce ?? 'GTC' }),
  ...(order.stopPrice !== undefined && { stopPrice: order.stopPrice }),
  selfTradePreventionMode: 'EXPIRE_MAKER',
  newClientOrderId: order.clientOrderId,
  newOrderRespType: 'RESULT',
});

/** The parameters of `POST /api/v3/orderList/oco`. */
export const toSpotList = ([stop, target]: ListLegs): Parameters => ({
  symbol: stop.symbol,
  listClientOrderId: stop.orderListId,
  side: stop.side,
  quantity: stop.quantity,
  aboveType: target.type,
  aboveClientOrderId: target.clientOrderId,
  abovePrice: target.price,
  belowType: stop.type,
  belowClientOrderId: stop.clientOrderId,
  belowStopPrice: stop.stopPrice,
  belowPrice: stop.price,
  belowTimeInForce: stop.timeInForce ?? 'GTC',
  selfTradePreventionMode: 'EXPIRE_MAKER',
  newOrderRespType: 'RESULT',
});

/** How the orders of a list stand, by client order id. */
export const toListReports = ({ orderReports }: SpotOrderList): ReadonlyMap<string, VenueReport> => {
  if (!Array.isArray(orderReports)) throw unreadable('an order list without reports of its orders');
  return new Map(
    orderReports.map((order: SpotOrder & { readonly origClientOrderId?: string }) => [
      // A cancel has an id of its own.
      order.origClientOrderId ?? order.clientOrderId,
      toSpotReport(order),
    ]),
  );
};

export function toSpotReport(order: SpotOrder): VenueReport {
  const { status, orderId, executedQty, cummulativeQuoteQty = '0', origQty, price } = order;
  if (typeof status !== 'string' || orderId === undefined || typeof executedQty !== 'string')
    throw unreadable('a spot order without status, id or executed quantity');
  return reportOf(
    { orderId, status, executedQty, quote: cummulativeQuoteQty, origQty, price },
    order.updateTime ?? order.transactTime,
  );
}

export const toWorkingSpot = (order: SpotOrder): WorkingOrder => ({
  ...toSpotReport(order),
  clientOrderId: order.clientOrderId,
  symbol: order.symbol,
  side: order.side,
  type: typeOf(order.type) ?? 'LIMIT',
});

export const toSpotFill = (
  trade: SpotTrade,
  order: Pick<OrderView, 'clientOrderId' | 'botConfigId'> | undefined,
): Fill => ({
  tradeId: `${trade.id}`,
  market: 'spot',
  symbol: trade.symbol,
  clientOrderId: order?.clientOrderId ?? '',
  exchangeOrderId: `${trade.orderId}`,
  side: trade.isBuyer ? 'BUY' : 'SELL',
  price: trade.price,
  quantity: trade.qty,
  quoteQuantity: trade.quoteQty,
  fee: trade.commission,
  feeAsset: trade.commissionAsset,
  realizedPnl: '0',
  isMaker: trade.isMaker,
  ...(order?.botConfigId !== undefined && { botConfigId: order.botConfigId }),
  tradedAtMs: trade.time,
});

export function toSpotOrderUpdate(update: SpotExecutionReport): OrderUpdate {
  // A cancel has an id of its own; the order it was about is named beside it.
  const clientOrderId = update.C !== undefined && update.C !== '' ? update.C : update.c;
  const { s: symbol, S: side } = update;
  const report = reportOf(
    {
      orderId: update.i,
      status: update.X,
      executedQty: update.z,
      quote: update.Z,
      origQty: update.q,
      price: update.p,
    },
    update.T,
  );
  const orderUpdate: OrderUpdate = {
    market: 'spot',
    clientOrderId,
    symbol,
    side,
    type: typeOf(update.o),
    report,
  };
  if (update.x !== 'TRADE') return orderUpdate;
  return {
    ...orderUpdate,
    fill: {
      tradeId: `${update.t}`,
      market: 'spot',
      symbol,
      clientOrderId,
      exchangeOrderId: `${update.i}`,
      side,
      price: update.L,
      quantity: update.l,
      quoteQuantity: update.Y,
      fee: update.n ?? '0',
      feeAsset: update.N ?? '',
      realizedPnl: '0',
      isMaker: update.m,
      tradedAtMs: update.T,
    },
  };
}

interface Figures {
  readonly orderId: number | string;
  readonly status: string;
  readonly executedQty: string;
  readonly quote: string;
  readonly origQty: string;
  readonly price: string;
}

function reportOf(figures: Figures, atMs: number | undefined): VenueReport {
  const status = STATUS[figures.status];
  if (!status) throw unreadable(`a spot order status Elvis does not know: ${figures.status}`);
  const filled = new Decimal(figures.executedQty);
  const quote = new Decimal(figures.quote);
  const isAverageKnown = filled.gt(0) && quote.gt(0);
  return {
    exchangeOrderId: `${figures.orderId}`,
    status,
    ...endOf(figures.status),
    filledQuantity: filled.toFixed(),
    ...(isAverageKnown && { averagePrice: quote.div(filled).toDecimalPlaces(12).toFixed() }),
    ...termsOf(figures.origQty, figures.price, atMs),
  };
}
