/** Spot order lists over REST: one cancels the other, one triggers the other, or one triggers a pair. */
import {
  isOpen,
  OrderList,
  Refusal,
  SpotAccount,
  SpotExchange,
  SpotLists,
  SpotOrder,
  SpotRequest,
  spotRefusals,
} from '@elvis/simulation';
import { page, spanOfHours } from '../page';
import { Params } from '../params';
import { Call, Route, signed } from '../route';
import { CancelIds, fillsOf, legRequest, spotRequest, viewAsked } from './spot-calls';
import { listAnswer, listHead, spotAnswer, spotCancelAnswer } from '../../json/spot-order-json';

const pairOf = (orders: number) => ({ weight: 1, orders: [orders, orders], weightWhenDone: 0 }) as const;

export function spotListRoutes(exchange: SpotExchange, lists: SpotLists): Route[] {
  const accountOf = ({ account }: Call): SpotAccount => exchange.accounts.get(account)!;
  const instrumentOf = (order: SpotOrder) => exchange.market(order.symbol).instrument;
  const cancelIds = new CancelIds();
  const placed = (
    call: Call,
    place: (account: SpotAccount, listId: string | undefined) => OrderList,
  ): string => {
    const view = viewAsked(call.params) ?? 'RESULT';
    const account = accountOf(call);
    const list = place(account, call.params.get('listClientOrderId'));
    return listAnswer(list, call.now, (order) =>
      spotAnswer(order, instrumentOf(order), view, fillsOf(account, order)),
    );
  };
  const oco = (call: Call, above: SpotRequest, below: SpotRequest): string =>
    placed(call, (account, id) => lists.placeOco(account, above, below, id, call.now));
  const oto = (call: Call, pending: readonly [SpotRequest] | readonly [SpotRequest, SpotRequest]): string => {
    const { params } = call;
    const side = params.required('workingSide');
    const working = legRequest(params, 'working', { side, quantity: params.required('workingQuantity') });
    return placed(call, (account, id) => lists.placeOto(account, working, pending, id, call.now));
  };

  return [
    signed('POST', '/api/v3/orderList/oco', pairOf(2), (call) => {
      const shared = sharedOf(call.params, 'side', 'quantity');
      return oco(call, legRequest(call.params, 'above', shared), legRequest(call.params, 'below', shared));
    }),
    signed('POST', '/api/v3/order/oco', pairOf(2), (call) => oco(call, ...oldLegs(call.params))),
    signed('POST', '/api/v3/orderList/oto', pairOf(2), (call) =>
      oto(call, [
        legRequest(call.params, 'pending', sharedOf(call.params, 'pendingSide', 'pendingQuantity')),
      ]),
    ),
    signed('POST', '/api/v3/orderList/otoco', pairOf(3), (call) => {
      const shared = sharedOf(call.params, 'pendingSide', 'pendingQuantity');
      const leg = (name: string): SpotRequest => legRequest(call.params, name, shared);
      return oto(call, [leg('pendingAbove'), leg('pendingBelow')]);
    }),
    signed('DELETE', '/api/v3/orderList', { weight: 1, weightWhenDone: 0 }, (call) => {
      const { params } = call;
      const list = lists.cancel(
        accountOf(call),
        params.required('symbol'),
        params.integer('orderListId'),
        params.get('listClientOrderId'),
        call.now,
      );
      return listAnswer(list, call.now, (order) =>
        spotCancelAnswer(order, instrumentOf(order), cancelIds.of(params), call.now),
      );
    }),
    signed('GET', '/api/v3/orderList', 4, (call) => {
      const id = call.params.integer('orderListId');
      const clientId = call.params.get('origClientOrderId');
      if (id === undefined && clientId === undefined)
        throw spotRefusals.emptyParameter("orderListId' or 'origClientOrderId");
      const list = lists.find(accountOf(call), id, clientId);
      if (!list) throw new Refusal(-2018, 'Order list does not exist.');
      return `{${listHead(list)}}`;
    }),
    signed('GET', '/api/v3/openOrderList', 6, (call) =>
      listRows([...accountOf(call).lists.values()].filter(({ orders }) => orders.some(isOpen))),
    ),
    signed('GET', '/api/v3/allOrderList', 20, (call) => {
      const span = spanOfHours(call.params, 24, 'fromId');
      const rules = { maximum: 1000, idOf: ({ id }: OrderList) => BigInt(id), idName: 'fromId', span };
      return listRows(page([...accountOf(call).lists.values()], call.params, rules));
    }),
  ];
}

const listRows = (lists: readonly OrderList[]): string =>
  `[${lists.map((list) => `{${listHead(list)}}`).join(',')}]`;

const sharedOf = (params: Params, side: string, quantity: string) => ({
  side: params.required(side),
  quantity: params.required(quantity),
});

/** The legs of the older call: a limit order and a stop. */
function oldLegs(params: Params): [above: SpotRequest, below: SpotRequest] {
  const shared = spotRequest(params);
  const limit = {
    ...shared,
    type: 'LIMIT_MAKER',
    stopPrice: undefined,
    trailingDelta: undefined,
    icebergQty: params.get('limitIcebergQty'),
    clientOrderId: params.get('limitClientOrderId'),
    strategyId: params.get('limitStrategyId'),
    strategyType: params.get('limitStrategyType'),
  };
  const stopLimit = params.get('stopLimitPrice');
  const stop = {
    ...shared,
    type: stopLimit === undefined ? 'STOP_LOSS' : 'STOP_LOSS_LIMIT',
    price: stopLimit,
    timeInForce: params.get('stopLimitTimeInForce'),
    icebergQty: params.get('stopIcebergQty'),
    clientOrderId: params.get('stopClientOrderId'),
    strategyId: params.get('stopStrategyId'),
    strategyType: params.get('stopStrategyType'),
  };
  return shared.side === 'SELL' ? [limit, stop] : [stop, limit];
}
