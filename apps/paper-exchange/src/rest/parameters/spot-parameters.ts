/**
 * The parameters of the spot calls, as `rest-api.md` of binance-spot-api-docs lists them (2026), and those of the wallet
 * calls that clients make at their start. `recvWindow`, `timestamp` and `signature` belong to every signed call.
 */
import { ParameterTable } from './takes';

const ORDER =
  'symbol! side! type! timeInForce quantity quoteOrderQty price newClientOrderId strategyId strategyType stopPrice trailingDelta icebergQty newOrderRespType selfTradePreventionMode pegPriceType pegOffsetValue pegOffsetType';
const LIST = 'symbol! listClientOrderId newOrderRespType selfTradePreventionMode';
const SPAN = 'startTime endTime limit';

/** One leg of an order list: its parameters begin with its name. */
const leg = (name: string, also: string): string =>
  `ClientOrderId IcebergQty Price TimeInForce StrategyId StrategyType PegPriceType PegOffsetType PegOffsetValue ${also}`
    .split(' ')
    .map((parameter) => `${name}${parameter}`)
    .join(' ');
const STOP = 'StopPrice TrailingDelta';
const WORKING = leg('working', 'Type! Side! Quantity!').replace('workingPrice', 'workingPrice!');
const OCO_LEGS = `${leg('above', `Type! ${STOP}`)} ${leg('below', `Type! ${STOP}`)}`;
const PENDING_LEGS = `pendingSide! pendingQuantity! ${leg('pendingAbove', `Type! ${STOP}`)} ${leg('pendingBelow', `Type ${STOP}`)}`;

export const SPOT_PARAMETERS: ParameterTable = {
  'GET /api/v3/ping': '',
  'GET /api/v3/time': '',
  'GET /api/v3/exchangeInfo': 'symbol symbols permissions showPermissionSets symbolStatus',
  'GET /api/v3/depth': 'symbol! limit symbolStatus',
  'GET /api/v3/trades': 'symbol! limit',
  'GET /api/v3/historicalTrades': 'symbol! limit fromId',
  'GET /api/v3/aggTrades': `symbol! fromId ${SPAN}`,
  'GET /api/v3/klines': `symbol! interval! timeZone ${SPAN}`,
  'GET /api/v3/uiKlines': `symbol! interval! timeZone ${SPAN}`,
  'GET /api/v3/avgPrice': 'symbol!',
  'GET /api/v3/ticker/24hr': 'symbol symbols type symbolStatus',
  'GET /api/v3/ticker/tradingDay': 'symbol symbols timeZone type symbolStatus',
  'GET /api/v3/ticker/price': 'symbol symbols symbolStatus',
  'GET /api/v3/ticker/bookTicker': 'symbol symbols symbolStatus',
  'GET /api/v3/ticker': 'symbol symbols windowSize type symbolStatus',

  'POST /api/v3/order': ORDER,
  'POST /api/v3/order/test': `${ORDER} computeCommissionRates`,
  'DELETE /api/v3/order': 'symbol! orderId origClientOrderId newClientOrderId cancelRestrictions',
  'DELETE /api/v3/openOrders': 'symbol!',
  'POST /api/v3/order/cancelReplace': `${ORDER} cancelReplaceMode! cancelNewClientOrderId cancelOrigClientOrderId cancelOrderId cancelRestrictions orderRateLimitExceededMode`,
  'PUT /api/v3/order/amend/keepPriority': 'symbol! orderId origClientOrderId newClientOrderId newQty!',
  'POST /api/v3/order/oco':
    'symbol! listClientOrderId side! quantity! limitClientOrderId price! limitStrategyId limitStrategyType limitIcebergQty trailingDelta stopClientOrderId stopPrice! stopStrategyId stopStrategyType stopLimitPrice stopIcebergQty stopLimitTimeInForce newOrderRespType selfTradePreventionMode',
  'POST /api/v3/orderList/oco': `${LIST} side! quantity! ${OCO_LEGS}`,
  'POST /api/v3/orderList/oto': `${LIST} ${WORKING} ${leg('pending', `Type! Side! Quantity! ${STOP}`)}`,
  'POST /api/v3/orderList/otoco': `${LIST} ${WORKING} ${PENDING_LEGS}`,
  'DELETE /api/v3/orderList': 'symbol! orderListId listClientOrderId newClientOrderId',

  'GET /api/v3/account': 'omitZeroBalances',
  'GET /api/v3/account/commission': 'symbol!',
  'GET /api/v3/rateLimit/order': '',
  'GET /api/v3/order': 'symbol! orderId origClientOrderId',
  'GET /api/v3/openOrders': 'symbol',
  'GET /api/v3/allOrders': `symbol! orderId ${SPAN}`,
  'GET /api/v3/orderList': 'orderListId origClientOrderId',
  'GET /api/v3/openOrderList': '',
  'GET /api/v3/allOrderList': `fromId ${SPAN}`,
  'GET /api/v3/myTrades': `symbol! orderId fromId ${SPAN}`,

  'GET /sapi/v1/capital/config/getall': '',
  'GET /sapi/v1/margin/allPairs': 'symbol',
  'GET /sapi/v1/margin/isolated/allPairs': 'symbol',
  'GET /sapi/v1/asset/tradeFee': 'symbol',
  'GET /sapi/v1/account/status': '',
  'GET /sapi/v1/account/apiTradingStatus': '',
  'GET /sapi/v1/account/apiRestrictions': '',
  'GET /sapi/v1/system/status': '',
  'GET /sapi/v1/asset/assetDetail': 'asset',
  'POST /sapi/v1/asset/get-funding-asset': 'asset needBtcValuation',
  'POST /sapi/v3/asset/getUserAsset': 'asset needBtcValuation',
};
