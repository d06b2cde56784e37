/**
 * Which calls are made at the exchange for others, and how long each answer is good enough for everybody. Nothing here
 * changes anything; what it costs comes out of the budget of reads.
 */
import { FUTURES_STATISTICS, Security } from '@elvis/binance';
import { MINUTE_MS, Market } from '@elvis/trading';

export interface ReadableCall {
  readonly security: Security;
  readonly goodForMs: number;
}

const SECOND_MS = 1_000;
const HOUR_MS = 60 * MINUTE_MS;
type Row = readonly [security: Security, goodForMs: number, paths: readonly string[]];

const ROWS: Readonly<Record<Market, readonly Row[]>> = {
  futures: [
    ['NONE', 250, ['/fapi/v1/depth']],
    [
      'NONE',
      SECOND_MS,
      [
        '/fapi/v1/klines',
        '/fapi/v1/continuousKlines',
        '/fapi/v1/trades',
        '/fapi/v1/aggTrades',
        '/fapi/v1/premiumIndex',
        '/fapi/v1/ticker/price',
        '/fapi/v2/ticker/price',
        '/fapi/v1/ticker/bookTicker',
      ],
    ],
    [
      'NONE',
      2 * SECOND_MS,
      ['/fapi/v1/markPriceKlines', '/fapi/v1/indexPriceKlines', '/fapi/v1/premiumIndexKlines'],
    ],
    ['NONE', 3 * SECOND_MS, ['/fapi/v1/ticker/24hr']],
    ['NONE', 5 * SECOND_MS, ['/fapi/v1/openInterest']],
    ['NONE', MINUTE_MS, ['/fapi/v1/fundingRate', '/fapi/v1/fundingInfo', ...FUTURES_STATISTICS]],
    // Whoever knows that the account has changed says so; by itself only a margin or a liquidation price moves.
    [
      'SIGNED',
      5 * SECOND_MS,
      [
        '/fapi/v2/account',
        '/fapi/v3/account',
        '/fapi/v2/positionRisk',
        '/fapi/v3/positionRisk',
        '/fapi/v1/symbolConfig',
        '/fapi/v1/accountConfig',
      ],
    ],
    ['SIGNED', MINUTE_MS, ['/fapi/v1/adlQuantile']],
    ['SIGNED', 10 * MINUTE_MS, ['/fapi/v1/leverageBracket']],
    ['SIGNED', HOUR_MS, ['/fapi/v1/commissionRate', '/fapi/v1/feeBurn']],
  ],
  spot: [
    ['NONE', 250, ['/api/v3/depth']],
    [
      'NONE',
      SECOND_MS,
      [
        '/api/v3/klines',
        '/api/v3/uiKlines',
        '/api/v3/trades',
        '/api/v3/aggTrades',
        '/api/v3/avgPrice',
        '/api/v3/ticker',
        '/api/v3/ticker/price',
        '/api/v3/ticker/bookTicker',
      ],
    ],
    ['NONE', 3 * SECOND_MS, ['/api/v3/ticker/24hr', '/api/v3/ticker/tradingDay']],
    ['SIGNED', HOUR_MS, ['/api/v3/account/commission', '/sapi/v1/asset/tradeFee']],
  ],
};

const CALLS: Readonly<Record<Market, ReadonlyMap<string, ReadableCall>>> = {
  futures: byPath(ROWS.futures),
  spot: byPath(ROWS.spot),
};

export const readableCall = (market: Market, path: string): ReadableCall | undefined =>
  CALLS[market].get(path);

function byPath(rows: readonly Row[]): ReadonlyMap<string, ReadableCall> {
  return new Map(
    rows.flatMap(([security, goodForMs, paths]) => paths.map((path) => [path, { security, goodForMs }])),
  );
}
