/** What our answers on the WebSocket APIs leave out or add, and why; and the methods that we do not serve. */
import { Exception } from './oracle';

/** Why not, and which. */
export const METHODS_NOT_SERVED: Readonly<Record<string, readonly string[]>> = {
  'not asked for yet': ['myPreventedMatches'],
};

const ORDER_ROW =
  /stopPrice|icebergQty|\.(time|updateTime|isWorking|workingTime|strategyId|strategyType|trailingDelta|trailingTime|preventedMatchId|preventedQuantity) is missing|origClientOrderId|transactTime/;
const WHEN_IT_APPLIES =
  /(trailingDelta|trailingTime|strategyId|strategyType|preventedMatchId|preventedQuantity) is missing/;

export const WEBSOCKET_API_EXCEPTIONS: readonly Exception[] = [
  [
    'Spot/ExchangeData/GetExchangeInfo',
    /allowAmend|opoAllowed|amendAllowed|pegInstructionsAllowed|sors/,
    'the rows are of 2026, the sample is older',
  ],
  [
    'Spot/Trading/AmendOrder',
    /amendedOrder/,
    'the sample is a plain order row; Binance documents qty, preventedQty and the like for amendments',
  ],
  ['Spot/Trading/Cancel*', ORDER_ROW, 'the samples are plain order rows; cancels answer as over REST'],
  ['Spot/Trading/GetOrder', WHEN_IT_APPLIES, 'sent when they apply'],
  ['Spot/Trading/PlaceOcoOrder', /stopPrice/, 'the limit leg comes first here, the stop leg in the sample'],
  ['Spot/Trading/PlaceOrder', /selfTradePreventionMode/, 'added after the sample'],
  ['Spot/Trading/ReplaceOrder', /workingTime|fills/, 'the sample is older; both are sent over REST as well'],
  [
    'UsdFutures/Trading/*ConditionalOrder',
    /activatePrice|callbackRate|code|msg/,
    'sent over REST as well; the sample leaves them out',
  ],
  [
    'UsdFutures/Trading/CancelOrder',
    /activatePrice|priceRate|avgPrice/,
    'the sample is a trailing stop, which the Algo service took over 2025-12-09',
  ],
  [
    'UsdFutures/Trading/GetOrder',
    /activatePrice|priceRate|priceMatch|selfTradePreventionMode|goodTillDate/,
    'the sample is a trailing stop of before these were added',
  ],
  [
    'UsdFutures/Trading/GetOrder',
    /rateLimits/,
    'every answer carries them unless the caller does not want it',
  ],
  ['UsdFutures/Trading/GetPositions', /un[rR]ealizedProfit/, 'spelled as over REST, where the sample is not'],
];
