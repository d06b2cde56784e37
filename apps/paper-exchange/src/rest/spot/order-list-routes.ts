/** Order lists over REST: one-cancels-the-other in its present and its older form. */
import {
  isOpen,
  OrderList,
  Refusal,
  SpotAccount,
  SpotExchange,
  SpotLists,
  SpotOrder,
  SpotRequest,
} from '@elvis/simulation';
import { Params } from '../params';
import { Call, Route, signed } from '../route';
import { CancelIds, fillsOf, spotRequest } from './spot-calls';
import { listHead, spotAnswer, spotCancelAnswer } from '../../json/spot-order-json';

export function spotListRoutes(exchange: SpotExchange, lists: SpotLists): Route[] {
  const accountOf = ({ account }: Call): SpotAccount => exchange.accounts.get(account)!;
  const instrumentOf = (order: SpotOrder) => exchange.market(order.symbol).instrument;
  const cancelIds = new CancelIds();
  const listAnswer = (list: OrderList, call: Call, reports: (order: SpotOrder) => string): string =>
    `{${listHead({ ...list, time: call.now })},"orderReports":[${list.orders.map(reports).join(',')}]}`;
  const report = (call: Call) => (order: SpotOrder) =>
    spotAnswer(order, instrumentOf(order), 'RESULT', fillsOf(accountOf(call), order));
  const oco = (call: Call, above: SpotRequest, below: SpotRequest): string => {
    const list = lists.placeOco(
      accountOf(call),
      above,
      below,
      call.params.get('listClientOrderId'),
      call.now,
    );
    return listAnswer(list, call, report(call));
  };

  return [
    signed('POST', '/api/v3/orderList/oco', { weight: 1, orders: [2, 2], weightWhenDone: 0 }, (call) =>
      oco(call, legOf(call.params, 'above'), legOf(call.params, 'below')),
    ),
    signed('POST', '/api/v3/order/oco', { weight: 1, orders: [2, 2], weightWhenDone: 0 }, (call) =>
      oco(call, ...oldLegs(call.params)),
    ),
    signed('DELETE', '/api/v3/orderList', { weight: 1, weightWhenDone: 0 }, (call) => {
      const { params } = call;
      const list = lists.cancel(
        accountOf(call),
        params.required('symbol'),
        params.integer('orderListId'),
        params.get('listClientOrderId'),
        call.now,
      );
      return listAnswer(list, call, (order) =>
        spotCancelAnswer(order, instrumentOf(order), cancelIds.of(params), call.now),
      );
    }),
    signed('GET', '/api/v3/orderList', 4, (call) => {
      const list = lists.find(
        accountOf(call),
        call.params.integer('orderListId'),
        call.params.get('origClientOrderId'),
      );
      if (!list) throw new Refusal(-2018, 'Order list does not exist.');
      return `{${listHead(list)}}`;
    }),
    signed('GET', '/api/v3/openOrderList', 6, (call) =>
      listRows([...accountOf(call).lists.values()].filter(({ orders }) => orders.some(isOpen))),
    ),
    signed('GET', '/api/v3/allOrderList', 20, (call) => listRows([...accountOf(call).lists.values()])),
  ];
}

const listRows = (lists: readonly OrderList[]): string =>
  `[${lists.map((list) => `{${listHead(list)}}`).join(',')}]`;

/** One leg of an OCO as the present call names it: `aboveType`, `belowPrice` and so on. */
function legOf(params: Params, where: 'above' | 'below'): SpotRequest {
  const of = (name: string): string | undefined => params.get(`${where}${name}`);
  return {
    ...spotRequest(params),
    type: params.required(`${where}Type`),
    timeInForce: of('TimeInForce'),
    price: of('Price'),
    stopPrice: of('StopPrice'),
    icebergQty: of('IcebergQty'),
    clientOrderId: of('ClientOrderId'),
  };
}

/** The legs of the older call: a limit order and a stop. */
function oldLegs(params: Params): [above: SpotRequest, below: SpotRequest] {
  const shared = spotRequest(params);
  const limit = {
    ...shared,
    type: 'LIMIT_MAKER',
    stopPrice: undefined,
    timeInForce: undefined,
    clientOrderId: params.get('limitClientOrderId'),
  };
  const stopLimit = params.get('stopLimitPrice');
  const stop = {
    ...shared,
    type: stopLimit === undefined ? 'STOP_LOSS' : 'STOP_LOSS_LIMIT',
    price: stopLimit,
    timeInForce: stopLimit === undefined ? undefined : (params.get('stopLimitTimeInForce') ?? 'GTC'),
    clientOrderId: params.get('stopClientOrderId'),
  };
  return shared.side === 'SELL' ? [limit, stop] : [stop, limit];
}
