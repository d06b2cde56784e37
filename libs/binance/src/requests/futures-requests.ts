/** Every USD-M futures call that Elvis makes, by Binance's own names. */
import { BinanceRequest, request } from '../wire/request';
import { Parameters } from '../wire/signing';

const get = (path: string, parameters?: Parameters): BinanceRequest =>
  request('futures', 'GET', path, 'SIGNED', parameters);
const open = (path: string, parameters?: Parameters): BinanceRequest =>
  request('futures', 'GET', path, 'NONE', parameters);

export const futures = {
  time: () => open('/fapi/v1/time'),
  exchangeInfo: () => open('/fapi/v1/exchangeInfo'),
  depth: (symbol: string, limit: number) => open('/fapi/v1/depth', { symbol, limit }),
  /** Candles, oldest first; at most 1500. */
  klines: (parameters: Parameters) => open('/fapi/v1/klines', parameters),
  newOrder: (order: Parameters) => request('futures', 'POST', '/fapi/v1/order', 'SIGNED', order),
  /** Of number and client order id the exchange goes by the number. */
  cancelOrder: (symbol: string, origClientOrderId: string, orderId?: string) =>
    request('futures', 'DELETE', '/fapi/v1/order', 'SIGNED', {
      symbol,
      ...(orderId !== undefined && { orderId }),
      origClientOrderId,
    }),
  cancelOrderById: (symbol: string, orderId: string) =>
    request('futures', 'DELETE', '/fapi/v1/order', 'SIGNED', { symbol, orderId }),
  cancelAllOrders: (symbol: string) =>
    request('futures', 'DELETE', '/fapi/v1/allOpenOrders', 'SIGNED', { symbol }),
  cancelAllAlgoOrders: (symbol: string) =>
    request('futures', 'DELETE', '/fapi/v1/algoOpenOrders', 'SIGNED', { symbol }),
  /** Open and closed ones from this number on, oldest first; at most 1000. */
  allOrders: (symbol: string, orderId: string) => get('/fapi/v1/allOrders', { symbol, orderId, limit: 1000 }),
  allAlgoOrders: (symbol: string, algoId: string) =>
    get('/fapi/v1/allAlgoOrders', { symbol, algoId, limit: 1000 }),
  /** Both terms and the side are always sent; at most five orders, each as `newOrder` takes them. */
  amendOrder: (order: Parameters) => request('futures', 'PUT', '/fapi/v1/order', 'SIGNED', order),
  newBatch: (orders: readonly Parameters[]) =>
    request('futures', 'POST', '/fapi/v1/batchOrders', 'SIGNED', {
      batchOrders: JSON.stringify(
        orders.map((order) =>
          Object.fromEntries(Object.entries(order).map(([name, value]) => [name, String(value)])),
        ),
      ),
    }),
  queryOrderById: (symbol: string, orderId: string) => get('/fapi/v1/order', { symbol, orderId }),
  newAlgoOrder: (order: Parameters) => request('futures', 'POST', '/fapi/v1/algoOrder', 'SIGNED', order),
  cancelAlgoOrder: (clientAlgoId: string) =>
    request('futures', 'DELETE', '/fapi/v1/algoOrder', 'SIGNED', { clientAlgoId }),
  queryAlgoOrder: (clientAlgoId: string) => get('/fapi/v1/algoOrder', { clientAlgoId }),
  queryAlgoOrderById: (algoId: string) => get('/fapi/v1/algoOrder', { algoId }),
  openAlgoOrders: (symbol?: string) => get('/fapi/v1/openAlgoOrders', { symbol }),
  countdownCancelAll: (symbol: string, countdownTime: number) =>
    request('futures', 'POST', '/fapi/v1/countdownCancelAll', 'SIGNED', { symbol, countdownTime }),
  queryOrder: (symbol: string, origClientOrderId: string) =>
    get('/fapi/v1/order', { symbol, origClientOrderId }),
  openOrders: (symbol?: string) => get('/fapi/v1/openOrders', { symbol }),
  /** `fromId` and `orderId` are trade and order ids; at most 1000 rows. */
  userTrades: (symbol: string, parameters: Parameters) =>
    get('/fapi/v1/userTrades', { symbol, ...parameters }),
  positions: (symbol?: string) => get('/fapi/v3/positionRisk', { symbol }),
  balance: () => get('/fapi/v3/balance'),
  symbolConfig: (symbol?: string) => get('/fapi/v1/symbolConfig', { symbol }),
  /** Hedge mode and multi-asset mode. */
  accountConfig: () => get('/fapi/v1/accountConfig'),
  /** What the exchange booked, oldest first; at most 1000 rows a page. */
  income: (parameters: Parameters) => get('/fapi/v1/income', parameters),
  leverageBracket: () => get('/fapi/v1/leverageBracket'),
  setLeverage: (symbol: string, leverage: number) =>
    request('futures', 'POST', '/fapi/v1/leverage', 'SIGNED', { symbol, leverage }),
  createListenKey: () => request('futures', 'POST', '/fapi/v1/listenKey', 'KEY'),
  extendListenKey: () => request('futures', 'PUT', '/fapi/v1/listenKey', 'KEY'),
} as const;
