/** How the limiter asks each market for its time, its limits and a sign of life. */
import { BinanceRequest, request } from '@elvis/binance';
import { Market } from '@elvis/trading';

/** The calls by which a market's time and limits are learned and a ban's end is found out. */
export interface MarketRequests {
  readonly time: () => BinanceRequest;
  readonly ping: () => BinanceRequest;
  readonly exchangeInfo: () => BinanceRequest;
  readonly orderRateLimits: () => BinanceRequest;
}

const PATHS: Readonly<Record<Market, string>> = { futures: '/fapi/v1', spot: '/api/v3' };

export function requestsOf(market: Market): MarketRequests {
  const get = (name: string, security: 'NONE' | 'SIGNED' = 'NONE'): BinanceRequest =>
    request(market, 'GET', `${PATHS[market]}/${name}`, security);
  return {
    time: () => get('time'),
    ping: () => get('ping'),
    exchangeInfo: () => get('exchangeInfo'),
    orderRateLimits: () => get('rateLimit/order', 'SIGNED'),
  };
}
