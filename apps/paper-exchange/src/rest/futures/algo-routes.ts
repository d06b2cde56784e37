/** Conditional orders over REST: the Algo service. */
import {
  AlgoOrder,
  AlgoRequest,
  AlgoService,
  averagePrice,
  fromMoney,
  fromUnits,
  FuturesAccount,
  FuturesExchange,
  refusals,
  trimmed,
} from '@elvis/simulation';
import { orderRequest, page } from './order-routes';
import { priceText, quantityText } from '../../json/market-json';
import { Params } from '../params';
import { Call, Route, signed, weightBy } from '../route';

export function futuresAlgoRoutes(exchange: FuturesExchange, algos: AlgoService): Route[] {
  const accountOf = ({ account }: Call): FuturesAccount => exchange.accounts.get(account)!;
  const instrumentOf = (order: AlgoOrder) => exchange.symbols.get(order.symbol)!.instrument;

  const head = (order: AlgoOrder): string => {
    const instrument = instrumentOf(order);
    return `"algoId":${order.id},"clientAlgoId":"${order.clientAlgoId}","algoType":"CONDITIONAL","orderType":"${order.type}","symbol":"${order.symbol}","side":"${order.side}","positionSide":"${order.positionSide}","timeInForce":"${order.timeInForce}","quantity":"${quantityText(order.quantity, instrument)}","algoStatus":"${order.status}"`;
  };
  const prices = (order: AlgoOrder): string => {
    const instrument = instrumentOf(order);
    return `"triggerPrice":"${priceText(order.triggerPrice, instrument)}","price":"${priceText(order.price, instrument)}","icebergQuantity":null`;
  };
  const tail = (order: AlgoOrder): string => {
    const trailing = order.type === 'TRAILING_STOP_MARKET';
    const activate = trailing ? priceText(order.activatePrice, instrumentOf(order)) : '';
    const callback = trailing ? trimmed(fromUnits(order.callbackPpm, 4)) : '';
    return `"selfTradePreventionMode":"${order.selfTradePrevention}","workingType":"${order.workingType}","priceMatch":"${order.priceMatch}","closePosition":${order.closePosition},"priceProtect":${order.priceProtect},"reduceOnly":${order.reduceOnly},"activatePrice":"${activate}","callbackRate":"${callback}","createTime":${order.createTime},"updateTime":${order.updateTime},"triggerTime":${order.triggerTime},"goodTillDate":${order.goodTillDate}`;
  };
  const answer = (order: AlgoOrder): string => `{${head(order)},${prices(order)},${tail(order)}}`;
  const row = (order: AlgoOrder): string => {
    const instrument = instrumentOf(order);
    const average = fromMoney(averagePrice(instrument, order.actualPrice, order.actualQuantity), 5);
    const actual =
      order.actualOrderId === undefined
        ? ''
        : `,"actualQty":"${quantityText(order.actualQuantity, instrument)}","actualType":"${order.type.endsWith('MARKET') ? 'MARKET' : 'LIMIT'}"`;
    return `{${head(order)},"actualOrderId":"${order.actualOrderId ?? ''}","actualPrice":"${average}"${actual},${prices(order)},"tpTriggerPrice":"0.000","tpPrice":"0.000","slTriggerPrice":"0.000","slPrice":"0.000","tpOrderType":"",${tail(order)}}`;
  };
  const rows = (orders: readonly AlgoOrder[]): string => `[${orders.map(row).join(',')}]`;

  return [
    signed('POST', '/fapi/v1/algoOrder', { weight: 0, orders: [1, 1] }, (call) => {
      if (call.params.required('algoType') !== 'CONDITIONAL') throw refusals.badData('algoType');
      return answer(algos.place(accountOf(call), algoRequest(call.params), call.now));
    }),
    signed('GET', '/fapi/v1/algoOrder', 1, (call) => {
      const id = call.params.id('algoId');
      const clientAlgoId = call.params.get('clientAlgoId');
      if (id === undefined && clientAlgoId === undefined) throw refusals.missing('algoId');
      return row(algos.find(accountOf(call), id, clientAlgoId));
    }),
    signed('DELETE', '/fapi/v1/algoOrder', 1, (call) => {
      const { params } = call;
      const order = algos.cancel(accountOf(call), params.id('algoId'), params.get('clientAlgoId'), call.now);
      return `${answer(order).slice(0, -1)},"code":"200","msg":"success"}`;
    }),
    signed('GET', '/fapi/v1/openAlgoOrders', weightBy('symbol', 40, 1), (call) => {
      const symbol = call.params.get('symbol');
      if (symbol !== undefined) exchange.symbol(symbol);
      return rows(algos.open(accountOf(call), symbol));
    }),
    signed('GET', '/fapi/v1/allAlgoOrders', 5, (call) => {
      const { instrument } = exchange.symbol(call.params.get('symbol'));
      const all = algos
        .all(accountOf(call), instrument.symbol)
        .map((order) => ({ time: order.createTime, order }));
      return rows(page(all, call.params, 1000, ({ order }) => order.id, 'algoId').map(({ order }) => order));
    }),
    signed('DELETE', '/fapi/v1/algoOpenOrders', 1, (call) => {
      const { instrument } = exchange.symbol(call.params.get('symbol'));
      algos.cancelAll(accountOf(call), instrument.symbol, call.now);
      return '{"code":200,"msg":"The operation of cancel all open order is done."}';
    }),
  ];
}

const algoRequest = (params: Params): AlgoRequest => ({
  ...orderRequest(params),
  clientOrderId: params.get('clientAlgoId'),
  triggerPrice: params.get('triggerPrice'),
  workingType: params.get('workingType'),
  closePosition: params.get('closePosition'),
  priceProtect: params.get('priceProtect'),
  activatePrice: params.get('activatePrice') ?? params.get('activationPrice'),
  callbackRate: params.get('callbackRate'),
});
