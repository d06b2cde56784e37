/** The open calls that are answered with the exchange's own words, and the parameters of each that mean something. */
import { FUTURES_STATISTICS } from '@elvis/binance';
import { Market } from '@elvis/trading';

export interface RelayedRead {
  readonly market: Market;
  readonly path: string;
  readonly takes: readonly string[];
}

const KLINES = ['symbol', 'interval', 'startTime', 'endTime', 'limit'];
const SPAN = ['startTime', 'endTime', 'limit'];
const STATISTICS = ['symbol', 'period', ...SPAN];

const FUTURES: Readonly<Record<string, readonly string[]>> = {
  '/fapi/v1/klines': KLINES,
  '/fapi/v1/markPriceKlines': KLINES,
  '/fapi/v1/premiumIndexKlines': KLINES,
  '/fapi/v1/indexPriceKlines': ['pair', 'interval', ...SPAN],
  '/fapi/v1/continuousKlines': ['pair', 'contractType', 'interval', ...SPAN],
  '/fapi/v1/trades': ['symbol', 'limit'],
  '/fapi/v1/aggTrades': ['symbol', 'fromId', ...SPAN],
  '/fapi/v1/premiumIndex': ['symbol'],
  '/fapi/v1/fundingRate': ['symbol', ...SPAN],
  '/fapi/v1/fundingInfo': [],
  '/fapi/v1/ticker/24hr': ['symbol'],
  '/fapi/v1/ticker/price': ['symbol'],
  '/fapi/v2/ticker/price': ['symbol'],
  '/fapi/v1/ticker/bookTicker': ['symbol'],
  '/fapi/v1/openInterest': ['symbol'],
  ...Object.fromEntries(FUTURES_STATISTICS.map((path) => [path, STATISTICS])),
};

const SPOT_TICKER = ['symbol', 'symbols', 'type', 'symbolStatus'];
const SPOT: Readonly<Record<string, readonly string[]>> = {
  '/api/v3/klines': [...KLINES, 'timeZone'],
  '/api/v3/uiKlines': [...KLINES, 'timeZone'],
  '/api/v3/trades': ['symbol', 'limit'],
  '/api/v3/aggTrades': ['symbol', 'fromId', ...SPAN],
  '/api/v3/avgPrice': ['symbol'],
  '/api/v3/ticker/24hr': SPOT_TICKER,
  '/api/v3/ticker/price': SPOT_TICKER,
  '/api/v3/ticker/bookTicker': SPOT_TICKER,
  '/api/v3/ticker': [...SPOT_TICKER, 'windowSize'],
  '/api/v3/ticker/tradingDay': [...SPOT_TICKER, 'timeZone'],
};

const readsOf = (market: Market, paths: Readonly<Record<string, readonly string[]>>): RelayedRead[] =>
  Object.entries(paths).map(([path, takes]) => ({ market, path, takes }));

export const RELAYED_READS: readonly RelayedRead[] = [
  ...readsOf('futures', FUTURES),
  ...readsOf('spot', SPOT),
];
