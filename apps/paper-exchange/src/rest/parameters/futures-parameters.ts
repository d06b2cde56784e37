/**
 * The parameters of the futures calls, as Binance's own SDK of 2026 lists them (a spec holds this table against it), with
 * those of the plain order path that only conditional orders use. `recvWindow`, `timestamp` and `signature` belong to every
 * signed call.
 */
import { ParameterTable } from './takes';

const ORDER =
  'symbol! side! type! positionSide timeInForce reduceOnly quantity price newClientOrderId newOrderRespType priceMatch selfTradePreventionMode goodTillDate';
/** What the plain order path knows from the days when it took conditional orders. */
const CONDITIONAL = 'stopPrice closePosition activationPrice callbackRate workingType priceProtect';
const MODIFICATION = 'symbol! side! quantity! price orderId origClientOrderId priceMatch modifyId reduceOnly';
const CANDLES = 'interval! startTime endTime limit';
const SPAN = 'startTime endTime limit';
const ONE_ORDER = 'symbol! orderId origClientOrderId';

export const FUTURES_PARAMETERS: ParameterTable = {
  'GET /dapi/v1/exchangeInfo': '',

  'GET /fapi/v1/ping': '',
  'GET /fapi/v1/time': '',
  // Documented without parameters; the live exchange takes a symbol and answers all the same.
  'GET /fapi/v1/exchangeInfo': 'symbol',
  'GET /fapi/v1/depth': 'symbol! limit',
  'GET /fapi/v1/trades': 'symbol! limit',
  'GET /fapi/v1/historicalTrades': 'symbol! limit fromId',
  'GET /fapi/v1/aggTrades': `symbol! fromId ${SPAN}`,
  'GET /fapi/v1/klines': `symbol! ${CANDLES}`,
  'GET /fapi/v1/continuousKlines': `pair! contractType! ${CANDLES}`,
  'GET /fapi/v1/markPriceKlines': `symbol! ${CANDLES}`,
  'GET /fapi/v1/indexPriceKlines': `pair! ${CANDLES}`,
  'GET /fapi/v1/premiumIndexKlines': `symbol! ${CANDLES}`,
  'GET /fapi/v1/premiumIndex': 'symbol',
  'GET /fapi/v1/ticker/price': 'symbol',
  'GET /fapi/v2/ticker/price': 'symbol',
  'GET /fapi/v1/ticker/bookTicker': 'symbol',
  'GET /fapi/v1/ticker/24hr': 'symbol',
  'GET /fapi/v1/openInterest': 'symbol!',
  'GET /fapi/v1/fundingRate': `symbol ${SPAN}`,
  'GET /fapi/v1/fundingInfo': '',

  'POST /fapi/v1/order': `${ORDER} ${CONDITIONAL}`,
  'POST /fapi/v1/order/test': `${ORDER} ${CONDITIONAL}`,
  'PUT /fapi/v1/order': MODIFICATION,
  'GET /fapi/v1/order': ONE_ORDER,
  'DELETE /fapi/v1/order': ONE_ORDER,
  'GET /fapi/v1/openOrder': ONE_ORDER,
  'GET /fapi/v1/openOrders': 'symbol',
  'GET /fapi/v1/allOrders': `symbol orderId ${SPAN}`,
  'GET /fapi/v1/orderAmendment': `${ONE_ORDER} ${SPAN}`,
  'DELETE /fapi/v1/allOpenOrders': 'symbol!',
  'POST /fapi/v1/batchOrders': 'batchOrders!',
  'PUT /fapi/v1/batchOrders': 'batchOrders!',
  // ccxt writes the lists in lower case, which the exchange takes as well.
  'DELETE /fapi/v1/batchOrders':
    'symbol! orderIdList origClientOrderIdList orderidlist origclientorderidlist',

  'POST /fapi/v1/algoOrder':
    'algoType! symbol! side! type! positionSide timeInForce quantity price triggerPrice workingType priceMatch closePosition priceProtect reduceOnly activatePrice activationPrice callbackRate clientAlgoId newOrderRespType selfTradePreventionMode goodTillDate',
  // ccxt names the symbol as well, and the exchange takes it.
  'GET /fapi/v1/algoOrder': 'symbol algoId clientAlgoId',
  'DELETE /fapi/v1/algoOrder': 'symbol algoId clientAlgoId',
  'GET /fapi/v1/openAlgoOrders': 'algoType symbol algoId',
  'GET /fapi/v1/allAlgoOrders': `symbol! algoId ${SPAN}`,
  'DELETE /fapi/v1/algoOpenOrders': 'symbol!',

  'GET /fapi/v2/balance': '',
  'GET /fapi/v3/balance': '',
  'GET /fapi/v2/account': '',
  'GET /fapi/v3/account': '',
  'GET /fapi/v2/positionRisk': 'symbol',
  'GET /fapi/v3/positionRisk': 'symbol',
  'GET /fapi/v1/accountConfig': '',
  'GET /fapi/v1/symbolConfig': 'symbol',
  'GET /fapi/v1/leverageBracket': 'symbol',
  'GET /fapi/v1/userTrades': `symbol! orderId fromId ${SPAN}`,
  'GET /fapi/v1/income': `symbol incomeType page ${SPAN}`,
  'GET /fapi/v1/commissionRate': 'symbol!',
  'GET /fapi/v1/rateLimit/order': '',
  'GET /fapi/v1/feeBurn': '',
  'GET /fapi/v1/adlQuantile': 'symbol',
  'GET /fapi/v1/forceOrders': `symbol autoCloseType ${SPAN}`,
  'POST /fapi/v1/leverage': 'symbol! leverage!',
  'POST /fapi/v1/marginType': 'symbol! marginType!',
  'POST /fapi/v1/positionMargin': 'symbol! amount! type! positionSide',
  'GET /fapi/v1/positionSide/dual': '',
  'POST /fapi/v1/positionSide/dual': 'dualSidePosition!',
  'GET /fapi/v1/multiAssetsMargin': '',
  'POST /fapi/v1/multiAssetsMargin': 'multiAssetsMargin!',
  'POST /fapi/v1/countdownCancelAll': 'symbol! countdownTime!',
  'POST /fapi/v1/listenKey': '',
  'PUT /fapi/v1/listenKey': 'listenKey',
  'DELETE /fapi/v1/listenKey': 'listenKey',
};
