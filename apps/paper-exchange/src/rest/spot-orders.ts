/** Spot orders over REST: single orders, cancel-replace, order lists, and the questions about them. */
import { isOpen } from '../domain/order';
import { Refusal, refusals } from '../domain/refusal';
import { OrderList, SpotAccount, SpotOrder } from '../domain/spot-account';
import { SpotExchange } from '../domain/spot-exchange';
import { SpotLists } from '../domain/spot-lists';
import { SpotRequest } from '../domain/spot-request';
import { spotRefusals } from '../domain/spot-refusals';
import { page } from './futures-orders';
import { Params } from './params';
import { ReplaceRefusal } from './replace-refusal';
import { Call, Method, Route } from './route';
import { listHead, spotAnswer, spotCancelAnswer, spotRow, spotTradeRow, SpotView } from './spot-order-json';

const VIEWS: readonly string[] = ['ACK', 'RESULT', 'FULL'];

export function spotOrderRoutes(exchange: SpotExchange, lists: SpotLists): Route[] {
  const accountOf = ({ account }: Call): SpotAccount => exchange.accounts.get(account)!;
  const instrumentOf = (order: SpotOrder) => exchange.market(order.symbol).instrument;
  const row = (order: SpotOrder): string => spotRow(order, instrumentOf(order));
  const rows = (orders: readonly SpotOrder[]): string => `[${orders.map(row).join(',')}]`;
  let cancels = 0;

  const signed = (
    method: Method,
    path: string,
    weight: Route['weight'],
    answer: Route['answer'],
    more: Partial<Route> = {},
  ): Route => ({
    method,
    path: `/api/v3/${path}`,
    security: 'SIGNED',
    weight,
    answer,
    ...more,
  });
  const fillsOf = (account: SpotAccount, order: SpotOrder) => {
    const fills = [];
    for (let index = account.trades.length - 1; index >= 0; index -= 1) {
      if (account.trades[index]!.order !== order) break;
      fills.unshift(account.trades[index]!);
    }
    return fills;
  };
  const viewOf = (params: Params, order: SpotOrder): SpotView => {
    const asked = params.get('newOrderRespType');
    if (asked !== undefined && !VIEWS.includes(asked)) throw refusals.badData('newOrderRespType');
    return (
      (asked as SpotView | undefined) ?? (order.type === 'LIMIT' || order.type === 'MARKET' ? 'FULL' : 'ACK')
    );
  };
  const place = (call: Call, params: Params): string => {
    const account = accountOf(call);
    const order = exchange.place(account, spotRequest(params), call.now);
    return spotAnswer(order, instrumentOf(order), viewOf(params, order), fillsOf(account, order));
  };
  const cancelId = (params: Params): string => {
    cancels += 1;
    return params.get('newClientOrderId') ?? `papercancel${cancels}`;
  };
  const cancelled = (call: Call, order: SpotOrder): string =>
    spotCancelAnswer(order, instrumentOf(order), cancelId(call.params), call.now);
  const find = (call: Call): SpotOrder => {
    const { params } = call;
    const symbol = exchange.market(params.get('symbol')).instrument.symbol;
    const id = params.id('orderId');
    const clientOrderId = params.get('origClientOrderId');
    if (id === undefined && clientOrderId === undefined)
      throw spotRefusals.emptyParameter("origClientOrderId' or 'orderId");
    const order = accountOf(call).find(symbol, id, clientOrderId);
    if (!order) throw refusals.noSuchOrder();
    if (id !== undefined && clientOrderId !== undefined && order.clientOrderId !== clientOrderId)
      throw spotRefusals.idMismatch();
    return order;
  };
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
  const cancelReplace = (call: Call): string => {
    const { params } = call;
    const mode = params.required('cancelReplaceMode');
    if (mode !== 'STOP_ON_FAILURE' && mode !== 'ALLOW_FAILURE') throw refusals.badData('cancelReplaceMode');
    const symbol = params.required('symbol');
    let cancelText: string | Refusal;
    try {
      const order = exchange.cancel(
        accountOf(call),
        symbol,
        params.id('cancelOrderId'),
        params.get('cancelOrigClientOrderId'),
        call.now,
      );
      const id = params.get('cancelNewClientOrderId') ?? cancelId(Params.of({}));
      cancelText = spotCancelAnswer(order, instrumentOf(order), id, call.now);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      cancelText = error;
    }
    if (cancelText instanceof Refusal && mode === 'STOP_ON_FAILURE')
      throw new ReplaceRefusal(-2022, cancelText, 'NOT_ATTEMPTED');
    try {
      const text = place(call, params);
      if (cancelText instanceof Refusal) throw new ReplaceRefusal(-2021, cancelText, text);
      return `{"cancelResult":"SUCCESS","newOrderResult":"SUCCESS","cancelResponse":${cancelText},"newOrderResponse":${text}}`;
    } catch (error) {
      if (!(error instanceof Refusal) || error instanceof ReplaceRefusal) throw error;
      throw new ReplaceRefusal(cancelText instanceof Refusal ? -2022 : -2021, cancelText, error);
    }
  };

  return [
    signed('POST', 'order', 1, (call) => place(call, call.params), { orders: [1, 1], weightWhenDone: 0 }),
    signed(
      'POST',
      'order/test',
      (params) => (params.get('computeCommissionRates') === 'true' ? 20 : 1),
      (call) => {
        exchange.test(accountOf(call), spotRequest(call.params));
        if (call.params.get('computeCommissionRates') !== 'true') return '{}';
        const none = { maker: '0.00000000', taker: '0.00000000' };
        return JSON.stringify({
          standardCommissionForOrder: { maker: '0.00100000', taker: '0.00100000' },
          taxCommissionForOrder: none,
          discount: {
            enabledForAccount: false,
            enabledForSymbol: false,
            discountAsset: 'BNB',
            discount: '0.75000000',
          },
        });
      },
    ),
    signed('GET', 'order', 4, (call) => row(find(call))),
    signed(
      'DELETE',
      'order',
      1,
      (call) => {
        const { params } = call;
        const symbol = params.required('symbol');
        const order = exchange.cancel(
          accountOf(call),
          symbol,
          params.id('orderId'),
          params.get('origClientOrderId'),
          call.now,
        );
        return cancelled(call, order);
      },
      { weightWhenDone: 0 },
    ),
    signed('POST', 'order/cancelReplace', 1, cancelReplace, { orders: [1, 1], weightWhenDone: 0 }),
    signed(
      'GET',
      'openOrders',
      (params) => (params.get('symbol') === undefined ? 80 : 6),
      (call) => {
        const symbol = call.params.get('symbol');
        if (symbol !== undefined) exchange.market(symbol);
        return rows(accountOf(call).openOrders(symbol));
      },
    ),
    signed(
      'DELETE',
      'openOrders',
      1,
      (call) => {
        const symbol = exchange.market(call.params.get('symbol')).instrument.symbol;
        const account = accountOf(call);
        const open = account.openOrders(symbol);
        if (open.length === 0) throw refusals.unknownOrder();
        for (const order of open) exchange.close(account, order, 'CANCELED', call.now);
        return `[${open.map((order) => cancelled(call, order)).join(',')}]`;
      },
      { weightWhenDone: 0 },
    ),
    signed('GET', 'allOrders', 20, (call) => {
      const symbol = exchange.market(call.params.get('symbol')).instrument.symbol;
      const all = [...accountOf(call).orders.values()].filter((order) => order.symbol === symbol);
      return rows(page(all, call.params, 1000, ({ id }) => id, 'orderId'));
    }),
    signed(
      'GET',
      'myTrades',
      (params) => (params.get('orderId') === undefined ? 20 : 5),
      (call) => {
        const { instrument } = exchange.market(call.params.get('symbol'));
        const orderId = call.params.id('orderId');
        const all = accountOf(call).trades.filter(
          ({ order }) =>
            order.symbol === instrument.symbol && (orderId === undefined || order.id === orderId),
        );
        const chosen = page(all, call.params, 1000, ({ id }) => BigInt(id), 'fromId');
        return `[${chosen.map((trade) => spotTradeRow(trade, instrument)).join(',')}]`;
      },
    ),
    signed(
      'POST',
      'orderList/oco',
      1,
      (call) => oco(call, legOf(call.params, 'above'), legOf(call.params, 'below')),
      { orders: [2, 2], weightWhenDone: 0 },
    ),
    signed('POST', 'order/oco', 1, (call) => oco(call, ...oldLegs(call.params)), {
      orders: [2, 2],
      weightWhenDone: 0,
    }),
    signed(
      'DELETE',
      'orderList',
      1,
      (call) => {
        const { params } = call;
        const list = lists.cancel(
          accountOf(call),
          params.required('symbol'),
          params.integer('orderListId'),
          params.get('listClientOrderId'),
          call.now,
        );
        return listAnswer(list, call, (order) => cancelled(call, order));
      },
      { weightWhenDone: 0 },
    ),
    signed('GET', 'orderList', 4, (call) => {
      const list = lists.find(
        accountOf(call),
        call.params.integer('orderListId'),
        call.params.get('origClientOrderId'),
      );
      if (!list) throw new Refusal(-2018, 'Order list does not exist.');
      return `{${listHead(list)}}`;
    }),
    signed('GET', 'openOrderList', 6, (call) =>
      listRows([...accountOf(call).lists.values()].filter(({ orders }) => orders.some(isOpen))),
    ),
    signed('GET', 'allOrderList', 20, (call) => listRows([...accountOf(call).lists.values()])),
  ];
}

const listRows = (lists: readonly OrderList[]): string =>
  `[${lists.map((list) => `{${listHead(list)}}`).join(',')}]`;

export const spotRequest = (params: Params): SpotRequest => ({
  symbol: params.required('symbol'),
  side: params.get('side'),
  type: params.get('type'),
  timeInForce: params.get('timeInForce'),
  quantity: params.get('quantity'),
  quoteOrderQty: params.get('quoteOrderQty'),
  price: params.get('price'),
  stopPrice: params.get('stopPrice'),
  icebergQty: params.get('icebergQty'),
  clientOrderId: params.get('newClientOrderId'),
  selfTradePrevention: params.get('selfTradePreventionMode'),
});

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
