/** Every spot call that Elvis makes, by Binance's own names, and the message by which its user events are asked for. */
import { BinanceRequest, request } from '../wire/request';
import { Parameters, sign } from '../wire/signing';
import { Credentials } from '../transport/transport';

const get = (path: string, parameters?: Parameters): BinanceRequest =>
  request('spot', 'GET', path, 'SIGNED', parameters);
const open = (path: string, parameters?: Parameters): BinanceRequest =>
  request('spot', 'GET', path, 'NONE', parameters);
const cancel = (path: string, parameters: Parameters): BinanceRequest =>
  request('spot', 'DELETE', path, 'SIGNED', parameters);

export const spot = {
  exchangeInfo: () => open('/api/v3/exchangeInfo'),
  depth: (symbol: string, limit: number) => open('/api/v3/depth', { symbol, limit }),
  /** Candles, oldest first; at most 1000. */
  klines: (parameters: Parameters) => open('/api/v3/klines', parameters),
  newOrder: (order: Parameters) => request('spot', 'POST', '/api/v3/order', 'SIGNED', order),
  /** One cancels the other; both or neither are taken. */
  newOcoList: (list: Parameters) => request('spot', 'POST', '/api/v3/orderList/oco', 'SIGNED', list),
  cancelList: (symbol: string, listClientOrderId: string) =>
    cancel('/api/v3/orderList', { symbol, listClientOrderId }),
  cancelOrder: (symbol: string, origClientOrderId: string) =>
    cancel('/api/v3/order', { symbol, origClientOrderId }),
  cancelOrderById: (symbol: string, orderId: string) => cancel('/api/v3/order', { symbol, orderId }),
  cancelAllOrders: (symbol: string) => cancel('/api/v3/openOrders', { symbol }),
  queryOrder: (symbol: string, origClientOrderId: string) =>
    get('/api/v3/order', { symbol, origClientOrderId }),
  queryOrderById: (symbol: string, orderId: string) => get('/api/v3/order', { symbol, orderId }),
  openOrders: (symbol?: string) => get('/api/v3/openOrders', { symbol }),
  /** `fromId` and `orderId` are trade and order ids of this symbol; at most 1000 rows. */
  myTrades: (symbol: string, parameters: Parameters) => get('/api/v3/myTrades', { symbol, ...parameters }),
  account: () => get('/api/v3/account', { omitZeroBalances: true }),
} as const;

/** Asks, on a connection to the WebSocket API, for the account's events. Parameters are signed sorted by name. */
export function spotUserDataSubscription(
  { apiKey, apiSecret }: Credentials,
  timestampMs: number,
): { readonly id: string; readonly method: string; readonly params: Parameters } {
  const timestamp = Math.floor(timestampMs);
  const signature = sign(`apiKey=${apiKey}&timestamp=${timestamp}`, apiSecret);
  return {
    id: 'user-data',
    method: 'userDataStream.subscribe.signature',
    params: { apiKey, timestamp, signature },
  };
}
