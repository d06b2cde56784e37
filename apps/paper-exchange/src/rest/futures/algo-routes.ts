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
import { orderRequest } from './order-routes';
import { page, spanOfDays } from '../page';
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
      call.params.oneOf('algoType', ALGO_TYPES);
      call.params.oneOf('newOrderRespType', ['ACK', 'RESULT']);
      return answer(algos.place(accountOf(call), algoRequest(call.params), call.now));
    }),
    signed('GET', '/fapi/v1/algoOrder', 1, (call) => {
      const id = call.params.id('algoId');
      const clientAlgoId = call.params.get('clientAlgoId');
      if (id === undefined && clientAlgoId === undefined) throw refusals.missing('algoId');
      const order = algos.find(accountOf(call), id, clientAlgoId);
      const symbol = call.params.get('symbol');
      if (symbol !== undefined && symbol !== order.symbol) throw refusals.noSuchOrder();
      return row(order);
    }),
    signed('DELETE', '/fapi/v1/algoOrder', 1, (call) => {
      const { params } = call;
      const order = algos.cancel(
        accountOf(call),
        { symbol: params.get('symbol'), id: params.id('algoId'), clientId: params.get('clientAlgoId') },
        call.now,
      );
      return `${answer(order).slice(0, -1)},"code":"200","msg":"success"}`;
    }),
    signed('GET', '/fapi/v1/openAlgoOrders', weightBy('symbol', 40, 1), (call) => {
      const symbol = call.params.get('symbol');
      if (symbol !== undefined) exchange.symbol(symbol);
      call.params.oneOf('algoType', ALGO_TYPES);
      const id = call.params.id('algoId');
      const open = algos.open(accountOf(call), symbol);
      return rows(open.filter((order) => id === undefined || order.id === id));
    }),
    signed('GET', '/fapi/v1/allAlgoOrders', 5, (call) => {
      const { instrument } = exchange.symbol(call.params.get('symbol'));
      const all = algos
        .all(accountOf(call), instrument.symbol)
        .map((order) => ({ time: order.createTime, order }));
      const rules = { maximum: 1000, idOf: idOfRow, idName: 'algoId' };
      const span = spanOfDays(call.params, call.now, 7);
      return rows(page(all, call.params, { ...rules, span }).map(({ order }) => order));
    }),
    signed('DELETE', '/fapi/v1/algoOpenOrders', 1, (call) => {
      const { instrument } = exchange.symbol(call.params.get('symbol'));
      algos.cancelAll(accountOf(call), instrument.symbol, call.now);
      return '{"code":200,"msg":"The operation of cancel all open order is done."}';
    }),
  ];
}

const ALGO_TYPES = ['CONDITIONAL'];
const idOfRow = ({ order }: { readonly order: AlgoOrder }): bigint => order.id;

const algoRequest = (params: Params): AlgoRequest => ({
  ...orderRequest(params),
  notRequired: undefined,
  clientOrderId: params.get('clientAlgoId'),
  triggerPrice: params.get('triggerPrice'),
  workingType: params.get('workingType'),
  closePosition: params.get('closePosition'),
  priceProtect: params.get('priceProtect'),
  activatePrice: params.get('activatePrice') ?? params.get('activationPrice'),
  callbackRate: params.get('callbackRate'),
});
