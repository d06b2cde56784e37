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
import { Params } from '../params';
import { Call, Route, signed, weightBy } from '../route';

const BATCH = 5;
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
    const view = params.get('newOrderRespType') ?? 'ACK';
    if (view !== 'ACK' && view !== 'RESULT') throw refusals.badData('newOrderRespType');
    return answer(exchange.place(accountOf(call), orderRequest(params), call.now, { inBatch }), view);
  };
  const find = (call: Call, params: Params): Order => {
    const id = params.id('orderId');
    const clientOrderId = params.get('origClientOrderId');
    exchange.symbol(params.required('symbol'));
    if (id === undefined && clientOrderId === undefined) throw refusals.missing('orderId');
    const order = accountOf(call).find(params.required('symbol'), id, clientOrderId);
    if (!order || !visibility.visible(order, call.now)) throw refusals.noSuchOrder();
    return order;
  };
  const cancel = (call: Call, symbol: string, id: bigint | undefined, clientId: string | undefined): string =>
    answer(exchange.cancel(accountOf(call), symbol, id, clientId, call.now));
  const amend = (call: Call, params: Params): string => {
    const account = accountOf(call);
    const order = account.find(
      exchange.symbol(params.required('symbol')).instrument.symbol,
      params.id('orderId'),
      params.get('origClientOrderId'),
    );
    if (!order || !isOpen(order)) throw refusals.noSuchOrder();
    return answer(exchange.amend(account, order, orderRequest(params), call.now));
  };
  const batch = (call: Call, each: (call: Call, params: Params) => string): string => {
    const list = call.params.list('batchOrders');
    if (!list) throw refusals.missing('batchOrders');
    if (list.length < 1 || list.length > BATCH) throw refusals.batchTooLarge();
    return `[${list.map((item) => oneOf(() => each(call, Params.of(item as Record<string, unknown>)))).join(',')}]`;
  };

  return [
    signed('POST', '/fapi/v1/order', { weight: 0, orders: [1, 1], throttled: opensPosition }, (call) =>
      place(call, call.params, false),
    ),
    signed('POST', '/fapi/v1/order/test', { weight: 0, orders: [1, 1], throttled: opensPosition }, (call) => {
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
      return rows(page(orders, call.params, 1000, (order) => order.id, 'orderId'));
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
      const limit = call.params.limit(50, 100);
      const newest = [...all].reverse().slice(0, limit);
      return `[${newest.map((each) => amendmentText(each, instrument)).join(',')}]`;
    }),
    signed('DELETE', '/fapi/v1/allOpenOrders', 1, (call) => {
      exchange.cancelAll(accountOf(call), call.params.required('symbol'), call.now);
      return DONE;
    }),
    signed('POST', '/fapi/v1/batchOrders', { weight: 5, orders: [5, 1], throttled: () => true }, (call) =>
      batch(call, (each, params) => place(each, params, true)),
    ),
    signed('PUT', '/fapi/v1/batchOrders', { weight: 5, orders: [5, 1] }, (call) => batch(call, amend)),
    signed('DELETE', '/fapi/v1/batchOrders', 1, (call) => {
      const { params } = call;
      const symbol = params.required('symbol');
      exchange.symbol(symbol);
      const ids = idList(params.get('orderIdList') ?? params.get('orderidlist'));
      const clientIds = params.list('origClientOrderIdList') ?? params.list('origclientorderidlist') ?? [];
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
const idList = (text: string | undefined): bigint[] =>
  [...(text ?? '').matchAll(/\d+/g)].map(([digits]) => BigInt(digits));

/** Rows from an id on, or of a span of time; without either the newest. */
export function page<Row extends { readonly time: number }>(
  all: readonly Row[],
  params: Params,
  maximum: number,
  idOf: (row: Row) => bigint,
  idName: string,
): readonly Row[] {
  const limit = params.limit(500, maximum);
  const from = params.id(idName);
  const startTime = params.integer('startTime');
  const endTime = params.integer('endTime');
  if (from !== undefined) return all.filter((row) => idOf(row) >= from).slice(0, limit);
  const inside = all.filter(
    ({ time }) =>
      (startTime === undefined || time >= startTime) && (endTime === undefined || time <= endTime),
  );
  return startTime === undefined ? inside.slice(-limit) : inside.slice(0, limit);
}
