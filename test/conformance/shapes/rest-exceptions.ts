/** What our REST answers leave out or add, and why; and the calls of the samples that we do not serve. */
import { Exception } from './oracle';

/** Why not, and which. */
export const NOT_SERVED: Readonly<Record<string, readonly string[]>> = {
  'statistics over all traders of the real exchange, which a paper exchange cannot know': [
    'GET /futures/data/basis',
    'GET /futures/data/globalLongShortAccountRatio',
    'GET /futures/data/openInterestHist',
    'GET /futures/data/takerlongshortRatio',
    'GET /futures/data/topLongShortAccountRatio',
    'GET /futures/data/topLongShortPositionRatio',
    'GET /fapi/v1/insuranceBalance',
  ],
  'indexes over other exchanges and assets, which are not played': [
    'GET /fapi/v1/assetIndex',
    'GET /fapi/v1/constituents',
    'GET /fapi/v1/indexInfo',
    'GET /api/v3/referencePrice',
    'GET /api/v3/referencePrice/calculation',
    'GET /api/v3/executionRules',
  ],
  'files by mail and conversions: not about trading': [
    'GET /fapi/v1/income/asyn',
    'GET /fapi/v1/income/asyn/id',
    'GET /fapi/v1/order/asyn',
    'GET /fapi/v1/order/asyn/id',
    'GET /fapi/v1/trade/asyn',
    'GET /fapi/v1/trade/asyn/id',
    'GET /fapi/v1/convert/orderStatus',
    'POST /fapi/v1/convert/acceptQuote',
    'POST /fapi/v1/convert/getQuote',
    'POST /fapi/v1/feeBurn',
  ],
  'not asked for yet': [
    'GET /fapi/v1/apiTradingStatus',
    'GET /fapi/v1/positionMargin/history',
    'GET /api/v3/myPreventedMatches',
  ],
};

export const REST_EXCEPTIONS: readonly Exception[] = [
  [
    '*',
    /activatePrice|priceRate/,
    'the sample is a trailing stop on the plain endpoint, which takes no such orders since 2025-12-09',
  ],
  [
    '*',
    /avgPrice|cumQuote|cumQty|cumBase|\bpair\b/,
    'differ from call to call and were dropped from the newest answers; ours carry what any client reads',
  ],
  [
    'UsdFutures/Account/GetSymbolConfiguration',
    /isAutoAddMargin/,
    'a boolean on the live exchange, a string in the sample',
  ],
  ['UsdFutures/Account/GetBrackets', /notionalCoef/, 'only sent to accounts whose brackets were adjusted'],
  [
    'UsdFutures/Account/GetPositionAdlQuantileEstimation',
    /adlQuantile/,
    'the keys depend on the position mode',
  ],
  [
    'UsdFutures/Account/GetAccountInfo*',
    /positions|bidNotional|askNotional|updateTime|maxWithdraw|marginAvailable/,
    'versions of the call differ; ours lists what the SDK of 2026 names',
  ],
  [
    'UsdFutures/ExchangeData/GetExchangeInfo',
    /symbols|assets|timezone|futuresType/,
    'the rows are the live ones of 2026, the sample is of 2020',
  ],
  ['UsdFutures/ExchangeData/GetAggregatedTradeHistory', /nq/, 'added 2025-12'],
  [
    'UsdFutures/Trading/GetPositions',
    /.*/,
    'the sample is of version 2; version 3 carries neither leverage nor margin type',
  ],
  [
    'UsdFutures/Trading/PlaceMultipleOrders',
    /closePosition/,
    'left out in the sample, sent for single orders',
  ],
  [
    'UsdFutures/Trading/CancelConditionalOrder',
    /code|msg|callbackRate/,
    'the documentation shows only these four keys, the sample only the order: ours has both',
  ],
  [
    'UsdFutures/Trading/*Conditional*',
    /actualQty|actualType|callbackRate/,
    'present once the order was triggered, or for trailing stops',
  ],
  [
    'Spot/ExchangeData/GetExchangeInfo',
    /symbols|rateLimits/,
    'the rows are of 2026; the sample leaves the limits empty',
  ],
  ['Spot/Account/GetCommissionRates', /specialCommission/, 'added after the sample'],
  ['Spot/*', /origQuoteOrderQty|icebergQty|stopPrice|workingTime|trailing/, 'sent when they apply'],
  ['Spot/Trading/ReplaceOrder', /.*/, 'the sample is wrapped by its project in the answer of a refusal'],
  [
    'UsdFutures/Account/KeepAliveUserStream',
    /listenKey/,
    'the sample is older than 2023, when the answer began to name the key',
  ],
  [
    'UsdFutures/Trading/GetForcedOrders',
    /priceProtect|priceMatch|selfTradePreventionMode|goodTillDate/,
    'added to every order row after the sample',
  ],
  [
    'Spot/Trading/AmendOrder',
    /amendedOrder/,
    'the sample is a plain order row; Binance documents qty, preventedQty and the like for amendments',
  ],
];
