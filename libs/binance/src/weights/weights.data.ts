/**
 * Prices of REST calls. Source of the futures rows: the comments of Binance's own SDK
 * (`@binance/derivatives-trading-usds-futures` 38.1.1, generated from its OpenAPI). Source of the spot rows:
 * `binance-spot-api-docs`, 2026-07-21. Where a call is free only when it succeeds, its price when it fails stands.
 */

/** A number, or one that depends on a parameter: on its being there, or on its size. */
type Weight =
  | number
  | { readonly by: readonly string[]; readonly given: number; readonly otherwise: number }
  | {
      readonly by: readonly string[];
      readonly measure: 'number' | 'list';
      /** Up to this size, that weight; above the last row `otherwise`. */
      readonly upTo: readonly (readonly [size: number, weight: number])[];
      readonly otherwise: number;
      /** The size the exchange assumes if the parameter is missing. */
      readonly assumed: number;
    };

export interface Price {
  readonly calls: readonly `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`[];
  readonly weight: Weight;
  readonly orders?: number;
  readonly ordersLong?: number;
}

const bySymbol = (one: number, all: number): Weight => ({ by: ['symbol'], given: one, otherwise: all });
/** For lists of symbols: none at all is the largest. */
const bySymbols = (upTo: readonly (readonly [number, number])[], otherwise: number): Weight => ({
  by: ['symbols', 'symbol'],
  measure: 'list',
  upTo,
  otherwise,
  assumed: Infinity,
});

/** What the exchange counts of its clients as a whole; no part of the trading interface. */
export const FUTURES_STATISTICS = [
  '/futures/data/openInterestHist',
  '/futures/data/topLongShortPositionRatio',
  '/futures/data/topLongShortAccountRatio',
  '/futures/data/globalLongShortAccountRatio',
  '/futures/data/takerlongshortRatio',
] as const;

export const FUTURES_PRICES: readonly Price[] = [
  { calls: ['GET /fapi/v1/ping', 'GET /fapi/v1/time', 'GET /fapi/v1/exchangeInfo'], weight: 1 },
  {
    calls: ['GET /fapi/v1/depth'],
    weight: {
      by: ['limit'],
      measure: 'number',
      upTo: [
        [50, 2],
        [100, 5],
        [500, 10],
      ],
      otherwise: 20,
      assumed: 500,
    },
  },
  { calls: ['GET /fapi/v1/trades'], weight: 5 },
  { calls: ['GET /fapi/v1/historicalTrades'], weight: 200 },
  { calls: ['GET /fapi/v1/aggTrades'], weight: 20 },
  {
    calls: [
      'GET /fapi/v1/klines',
      'GET /fapi/v1/continuousKlines',
      'GET /fapi/v1/markPriceKlines',
      'GET /fapi/v1/indexPriceKlines',
      'GET /fapi/v1/premiumIndexKlines',
    ],
    weight: {
      by: ['limit'],
      measure: 'number',
      upTo: [
        [99, 1],
        [499, 2],
        [1000, 5],
      ],
      otherwise: 10,
      assumed: 500,
    },
  },
  { calls: ['GET /fapi/v1/premiumIndex'], weight: bySymbol(1, 10) },
  { calls: ['GET /fapi/v1/ticker/24hr'], weight: bySymbol(1, 40) },
  { calls: ['GET /fapi/v1/ticker/price', 'GET /fapi/v2/ticker/price'], weight: bySymbol(1, 2) },
  { calls: ['GET /fapi/v1/ticker/bookTicker'], weight: bySymbol(2, 5) },
  { calls: ['GET /fapi/v1/openInterest'], weight: 1 },
  {
    calls: [
      'POST /fapi/v1/order',
      'PUT /fapi/v1/order',
      'POST /fapi/v1/algoOrder',
      'POST /fapi/v1/order/test',
    ],
    weight: 0,
    orders: 1,
  },
  { calls: ['POST /fapi/v1/batchOrders', 'PUT /fapi/v1/batchOrders'], weight: 5, orders: 5, ordersLong: 1 },
  {
    calls: [
      'DELETE /fapi/v1/order',
      'DELETE /fapi/v1/batchOrders',
      'DELETE /fapi/v1/allOpenOrders',
      'DELETE /fapi/v1/algoOrder',
      'DELETE /fapi/v1/algoOpenOrders',
      'GET /fapi/v1/order',
      'GET /fapi/v1/openOrder',
      'GET /fapi/v1/algoOrder',
    ],
    weight: 1,
  },
  { calls: ['GET /fapi/v1/openOrders', 'GET /fapi/v1/openAlgoOrders'], weight: bySymbol(1, 40) },
  { calls: ['GET /fapi/v1/allOrders', 'GET /fapi/v1/allAlgoOrders', 'GET /fapi/v1/userTrades'], weight: 5 },
  { calls: ['POST /fapi/v1/countdownCancelAll'], weight: 10 },
  {
    calls: [
      'POST /fapi/v1/leverage',
      'POST /fapi/v1/marginType',
      'POST /fapi/v1/positionMargin',
      'POST /fapi/v1/positionSide/dual',
      'POST /fapi/v1/multiAssetsMargin',
    ],
    weight: 1,
  },
  {
    calls: [
      'GET /fapi/v1/positionSide/dual',
      'GET /fapi/v1/multiAssetsMargin',
      'GET /fapi/v1/feeBurn',
      'GET /fapi/v1/income',
    ],
    weight: 30,
  },
  {
    calls: [
      'GET /fapi/v2/account',
      'GET /fapi/v3/account',
      'GET /fapi/v2/balance',
      'GET /fapi/v3/balance',
      'GET /fapi/v2/positionRisk',
      'GET /fapi/v3/positionRisk',
      'GET /fapi/v1/accountConfig',
      'GET /fapi/v1/symbolConfig',
      'GET /fapi/v1/adlQuantile',
    ],
    weight: 5,
  },
  { calls: ['GET /fapi/v1/leverageBracket', 'GET /fapi/v1/rateLimit/order'], weight: 1 },
  { calls: ['GET /fapi/v1/commissionRate'], weight: 20 },
  // They have a pool of their own (500 in five minutes) that no header tells of; counted here they are never too many.
  { calls: ['GET /fapi/v1/fundingRate', 'GET /fapi/v1/fundingInfo'], weight: 1 },
  // The same: 1000 in five minutes.
  { calls: FUTURES_STATISTICS.map((path) => `GET ${path}` as const), weight: 1 },
  { calls: ['GET /fapi/v1/forceOrders'], weight: bySymbol(20, 50) },
  { calls: ['POST /fapi/v1/listenKey', 'PUT /fapi/v1/listenKey', 'DELETE /fapi/v1/listenKey'], weight: 1 },
];

export const SPOT_PRICES: readonly Price[] = [
  { calls: ['GET /api/v3/ping', 'GET /api/v3/time'], weight: 1 },
  { calls: ['GET /api/v3/exchangeInfo'], weight: 20 },
  {
    calls: ['GET /api/v3/depth'],
    weight: {
      by: ['limit'],
      measure: 'number',
      upTo: [
        [100, 5],
        [500, 25],
        [1000, 50],
      ],
      otherwise: 250,
      assumed: 100,
    },
  },
  {
    calls: ['GET /api/v3/trades', 'GET /api/v3/historicalTrades', 'GET /api/v3/historicalBlockTrades'],
    weight: 25,
  },
  { calls: ['GET /api/v3/aggTrades'], weight: 4 },
  {
    calls: [
      'GET /api/v3/klines',
      'GET /api/v3/uiKlines',
      'GET /api/v3/avgPrice',
      'GET /api/v3/referencePrice',
    ],
    weight: 2,
  },
  {
    calls: ['GET /api/v3/ticker/24hr'],
    weight: bySymbols(
      [
        [20, 2],
        [100, 40],
      ],
      80,
    ),
  },
  { calls: ['GET /api/v3/ticker/price', 'GET /api/v3/ticker/bookTicker'], weight: bySymbol(2, 4) },
  {
    calls: ['GET /api/v3/ticker', 'GET /api/v3/ticker/tradingDay'],
    weight: bySymbols(
      [
        [1, 4],
        [5, 20],
        [10, 40],
        [25, 100],
      ],
      200,
    ),
  },
  { calls: ['GET /api/v3/account/commission'], weight: 20 },
  { calls: ['GET /sapi/v1/asset/tradeFee', 'GET /sapi/v1/system/status'], weight: 1 },
  { calls: ['POST /api/v3/order'], weight: 1, orders: 1 },
  { calls: ['POST /api/v3/orderList/oco'], weight: 1, orders: 2 },
  { calls: ['DELETE /api/v3/order', 'DELETE /api/v3/openOrders', 'DELETE /api/v3/orderList'], weight: 1 },
  { calls: ['POST /api/v3/order/cancelReplace'], weight: 1, orders: 1 },
  {
    calls: ['POST /api/v3/order/test'],
    weight: { by: ['computeCommissionRates'], given: 20, otherwise: 1 },
  },
  { calls: ['PUT /api/v3/order/amend/keepPriority'], weight: 4 },
  { calls: ['GET /api/v3/order'], weight: 4 },
  { calls: ['GET /api/v3/openOrders'], weight: bySymbol(6, 80) },
  { calls: ['GET /api/v3/allOrders', 'GET /api/v3/account'], weight: 20 },
  { calls: ['GET /api/v3/myTrades'], weight: { by: ['orderId'], given: 5, otherwise: 20 } },
  { calls: ['GET /api/v3/rateLimit/order'], weight: 40 },
];
