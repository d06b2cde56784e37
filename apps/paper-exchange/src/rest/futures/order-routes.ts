/** Futures orders over REST: place, ask, change, cancel, one by one and in batches. */
import {
  FuturesAccount,
  FuturesExchange,
  isOpen,
  Order,
  OrderRequest,
  Refusal,
  refusals,
} from '@elvis/simulation';
import { amendmentText, orderAnswer, orderRow, OrderView } from '../../json/futures-order-json';
import { FUTURES_PARAMETERS } from '../parameters/futures-parameters';
import { checkParameters, Takes, takesOf } from '../parameters/takes';
import { page, spanOfDays } from '../page';
import { Params } from '../params';
import { Call, Route, signed, weightBy } from '../route';

const BATCH = 5;
const DAYS_BACK = 7;
/** What only conditional orders take, and its value where it changes nothing. */
const CONDITIONAL: Readonly<Record<string, string | undefined>> = {
  stopPrice: undefined,
  closePosition: 'false',
  activationPrice: undefined,
  callbackRate: undefined,
  workingType: 'CONTRACT_PRICE',
  priceProtect: 'false',
};
const ITEMS: Readonly<Record<'place' | 'amend', Takes>> = {
  place: takesOf(FUTURES_PARAMETERS['POST /fapi/v1/order']!, false),
  amend: takesOf(FUTURES_PARAMETERS['PUT /fapi/v1/order']!, false),
};
const DONE = '{"code":200,"msg":"The operation of cancel all open order is done."}';

interface OrderVisibility {
  /** Whether `GET order` may show the order yet. */
  visible(order: Order, now: number): boolean;
}

export function futuresOrderRoutes(exchange: FuturesExchange, visibility: OrderVisibility): Route[] {
  const accountOf = ({ account }: Call): FuturesAccount => exchange.accounts.get(account)!;
  const instrumentOf = (order: Order) => exchange.symbols.get(order.symbol)!.instrument;
  const answer = (order: Order, view: OrderView = 'RESULT'): string =>
    orderAnswer(order, instrumentOf(order), view);
  const row = (order: Order): string => orderRow(order, instrumentOf(order));
  const rows = (orders: readonly Order[]): string => `[${orders.map(row).join(',')}]`;

  const place = (call: Call, params: Params, inBatch: boolean): string => {
    const view = params.oneOf('newOrderRespType', ['ACK', 'RESULT']) ?? 'ACK';
    return answer(exchange.place(accountOf(call), orderRequest(params), call.now, { inBatch }), view);
  };
  const find = (call: Call, params: Params): Order => {
    const id = params.id('orderId');
    const clientOrderId = params.get('origClientOrderId');
    exchange.symbol(params.required('symbol'));
    if (id === undefined && clientOrderId === undefined) throw refusals.missing('orderId');
    const order = exchange.find(accountOf(call), params.required('symbol'), id, clientOrderId);
    if (!order || !visibility.visible(order, call.now)) throw refusals.noSuchOrder();
    return order;
  };
  const cancel = (call: Call, symbol: string, id: bigint | undefined, clientId: string | undefined): string =>
    answer(exchange.cancel(accountOf(call), symbol, id, clientId, call.now));
  const amend = (call: Call, params: Params): string => {
    const account = accountOf(call);
    const order = exchange.find(
      account,
      exchange.symbol(params.required('symbol')).instrument.symbol,
      params.id('orderId'),
      params.get('origClientOrderId'),
    );
    if (!order || !isOpen(order)) throw refusals.noSuchOrder();
    order.modifyId = params.id('modifyId');
    return answer(exchange.amend(account, order, orderRequest(params), call.now));
  };
  const batch = (call: Call, takes: Takes, each: (params: Params) => string): string => {
    const list = call.params.list('batchOrders');
    if (!list) throw refusals.missing('batchOrders');
    if (list.length < 1 || list.length > BATCH) throw refusals.batchTooLarge();
    const answers = list.map((item) =>
      oneOf(() => {
        const params = Params.of(item as Record<string, unknown>);
        checkParameters(takes, params);
        return each(params);
      }),
    );
    return `[${answers.join(',')}]`;
  };

  return [
    signed('POST', '/fapi/v1/order', { weight: 0, orders: [1, 1], throttled: opensPosition }, (call) =>
      place(call, call.params, false),
    ),
    signed('POST', '/fapi/v1/order/test', { weight: 0, orders: [1, 1], throttled: opensPosition }, (call) => {
      call.params.oneOf('newOrderRespType', ['ACK', 'RESULT']);
      exchange.test(accountOf(call), orderRequest(call.params), call.now);
      return '{}';
    }),
    signed('PUT', '/fapi/v1/order', { weight: 0, orders: [1, 1] }, (call) => amend(call, call.params)),
    signed('GET', '/fapi/v1/order', 1, (call) => row(find(call, call.params))),
    signed('DELETE', '/fapi/v1/order', 1, (call) =>
      cancel(
        call,
        call.params.required('symbol'),
        call.params.id('orderId'),
        call.params.get('origClientOrderId'),
      ),
    ),
    signed('GET', '/fapi/v1/openOrder', 1, (call) => {
      const order = find(call, call.params);
      if (!isOpen(order)) throw refusals.noSuchOrder();
      return row(order);
    }),
    signed('GET', '/fapi/v1/openOrders', weightBy('symbol', 40, 1), (call) => {
      const symbol = call.params.get('symbol');
      if (symbol !== undefined) exchange.symbol(symbol);
      return rows(
        accountOf(call)
          .openOrders(symbol)
          .filter((order) => visibility.visible(order, call.now)),
      );
    }),
    signed('GET', '/fapi/v1/allOrders', 5, (call) => {
      const symbol = call.params.get('symbol');
      if (symbol !== undefined) exchange.symbol(symbol);
      const orders = [...accountOf(call).orders.values()].filter(
        (order) => symbol === undefined || order.symbol === symbol,
      );
      const span = spanOfDays(call.params, call.now, DAYS_BACK);
      return rows(
        page(orders, call.params, { maximum: 1000, idOf: ({ id }) => id, idName: 'orderId', span }),
      );
    }),
    signed('GET', '/fapi/v1/orderAmendment', 1, (call) => {
      const { instrument } = exchange.symbol(call.params.required('symbol'));
      const id = call.params.id('orderId');
      const clientOrderId = call.params.get('origClientOrderId');
      const all = accountOf(call).amendments.filter(
        ({ order }) =>
          order.symbol === instrument.symbol &&
          (id === undefined || order.id === id) &&
          (clientOrderId === undefined || order.clientOrderId === clientOrderId),
      );
      const from = call.params.time('startTime') ?? 0;
      const to = call.params.time('endTime') ?? Infinity;
      const inside = all.filter(({ time }) => time >= from && time <= to);
      const newest = inside.reverse().slice(0, call.params.limit(50, 100));
      return `[${newest.map((each) => amendmentText(each, instrument)).join(',')}]`;
    }),
    signed('DELETE', '/fapi/v1/allOpenOrders', 1, (call) => {
      exchange.cancelAll(accountOf(call), call.params.required('symbol'), call.now);
      return DONE;
    }),
    signed('POST', '/fapi/v1/batchOrders', { weight: 5, orders: [5, 1], throttled: () => true }, (call) =>
      batch(call, ITEMS.place, (params) => place(call, params, true)),
    ),
    signed('PUT', '/fapi/v1/batchOrders', { weight: 5, orders: [5, 1] }, (call) =>
      batch(call, ITEMS.amend, (params) => amend(call, params)),
    ),
    signed('DELETE', '/fapi/v1/batchOrders', 1, (call) => {
      const { params } = call;
      const symbol = params.required('symbol');
      exchange.symbol(symbol);
      const ids = ['orderIdList', 'orderidlist'].flatMap((name) => idList(params, name));
      const clientIds = ['origClientOrderIdList', 'origclientorderidlist'].flatMap(
        (name) => params.list(name) ?? [],
      );
      if (ids.length + clientIds.length === 0) throw refusals.missing('orderIdList');
      if (Math.max(ids.length, clientIds.length) > 10) throw refusals.batchTooLarge();
      const answers =
        ids.length > 0
          ? ids.map((id) => oneOf(() => cancel(call, symbol, id, undefined)))
          : clientIds.map((id) => oneOf(() => cancel(call, symbol, undefined, String(id))));
      return `[${answers.join(',')}]`;
    }),
  ];
}

export const orderRequest = (params: Params): OrderRequest => ({
  symbol: params.required('symbol'),
  side: params.get('side'),
  type: params.get('type'),
  positionSide: params.get('positionSide'),
  timeInForce: params.get('timeInForce'),
  quantity: params.get('quantity'),
  price: params.get('price'),
  reduceOnly: params.get('reduceOnly'),
  clientOrderId: params.get('newClientOrderId'),
  priceMatch: params.get('priceMatch') === 'NONE' ? undefined : params.get('priceMatch'),
  selfTradePrevention: params.get('selfTradePreventionMode'),
  goodTillDate: params.get('goodTillDate'),
  notRequired: Object.keys(CONDITIONAL).find((name) => {
    const value = params.get(name);
    return value !== undefined && value !== CONDITIONAL[name];
  }),
});

/** What -1008 may refuse: everything but orders that can only close. */
const opensPosition = (params: Params): boolean => {
  const side = params.get('side');
  const positionSide = params.get('positionSide');
  const closes =
    params.get('reduceOnly')?.toLowerCase() === 'true' ||
    params.get('closePosition')?.toLowerCase() === 'true' ||
    (positionSide === 'LONG' && side === 'SELL') ||
    (positionSide === 'SHORT' && side === 'BUY');
  return !closes;
};

/** One element of a batch: its answer, or its refusal, inside a 200. */
function oneOf(answer: () => string): string {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Refusal) return `{"code":${error.code},"msg":${JSON.stringify(error.message)}}`;
    throw error;
  }
}

/** Ids by their digits, since JSON numbers would lose some. */
function idList(params: Params, name: string): bigint[] {
  const text = params.get(name) ?? '';
  if (!/^[[\]\d,"\s]*$/.test(text)) throw refusals.badJson(name);
  return [...text.matchAll(/\d+/g)].map(([digits]) => BigInt(digits));
}
