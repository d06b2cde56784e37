/** Spot orders over REST: place, cancel, replace, make smaller, and the questions about them. */
import {
  Refusal,
  refusals,
  SpotAccount,
  SpotAmends,
  SpotExchange,
  SpotOrder,
  spotRefusals,
} from '@elvis/simulation';
import { page, spanOfHours } from '../page';
import { Params } from '../params';
import { ReplaceRefusal } from './replace-refusal';
import { Call, Route, signed, weightBy } from '../route';
import { CancelIds, fillsOf, spotRequest, viewAsked } from './spot-calls';
import {
  amendedText,
  listAnswer,
  spotAnswer,
  spotCancelAnswer,
  spotRow,
  spotTradeRow,
  SpotView,
} from '../../json/spot-order-json';

const RESTRICTIONS = ['ONLY_NEW', 'ONLY_PARTIALLY_FILLED'] as const;

export function spotOrderRoutes(
  exchange: SpotExchange,
  amends: SpotAmends,
  /** The number of the execution that was told last. */
  executionId: () => number,
): Route[] {
  const accountOf = ({ account }: Call): SpotAccount => exchange.accounts.get(account)!;
  const instrumentOf = (order: SpotOrder) => exchange.market(order.symbol).instrument;
  const row = (order: SpotOrder): string => spotRow(order, instrumentOf(order));
  const rows = (orders: readonly SpotOrder[]): string => `[${orders.map(row).join(',')}]`;
  const cancelIds = new CancelIds();

  const defaultView = (order: SpotOrder): SpotView =>
    order.type === 'LIMIT' || order.type === 'MARKET' ? 'FULL' : 'ACK';
  const place = (call: Call, params: Params): string => {
    const account = accountOf(call);
    const view = viewAsked(params);
    const order = exchange.place(account, spotRequest(params), call.now);
    return spotAnswer(order, instrumentOf(order), view ?? defaultView(order), fillsOf(account, order));
  };
  const canceled = (call: Call, order: SpotOrder): string =>
    spotCancelAnswer(order, instrumentOf(order), cancelIds.of(call.params), call.now);
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
  const cancelReplace = (call: Call): string => {
    const { params } = call;
    const mode = params.oneOf('cancelReplaceMode', ['STOP_ON_FAILURE', 'ALLOW_FAILURE']);
    const restriction = params.oneOf('cancelRestrictions', RESTRICTIONS, spotRefusals.badRestrictions);
    viewAsked(params);
    const symbol = params.required('symbol');
    let cancelText: string | Refusal;
    try {
      const order = exchange.cancel(
        accountOf(call),
        symbol,
        params.id('cancelOrderId'),
        params.get('cancelOrigClientOrderId'),
        call.now,
        restriction,
      );
      const id = params.get('cancelNewClientOrderId') ?? cancelIds.of();
      cancelText = spotCancelAnswer(order, instrumentOf(order), id, call.now);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      cancelText = error;
    }
    const { overLimit } = call;
    if (cancelText instanceof Refusal && mode === 'STOP_ON_FAILURE')
      throw new ReplaceRefusal(-2022, cancelText, 'NOT_ATTEMPTED', overLimit?.status);
    if (overLimit)
      throw new ReplaceRefusal(
        cancelText instanceof Refusal ? -2022 : -2021,
        cancelText,
        overLimit,
        overLimit.status,
      );
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
    signed('POST', '/api/v3/order', { weight: 1, orders: [1, 1], weightWhenDone: 0 }, (call) =>
      place(call, call.params),
    ),
    signed(
      'POST',
      '/api/v3/order/test',
      (params) => (params.get('computeCommissionRates') === 'true' ? 20 : 1),
      (call) => {
        viewAsked(call.params);
        exchange.test(accountOf(call), spotRequest(call.params));
        if (!call.params.boolean('computeCommissionRates')) return '{}';
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
    signed('GET', '/api/v3/order', 4, (call) => row(find(call))),
    signed('DELETE', '/api/v3/order', { weight: 1, weightWhenDone: 0 }, (call) => {
      const { params } = call;
      const symbol = params.required('symbol');
      const order = exchange.cancel(
        accountOf(call),
        symbol,
        params.id('orderId'),
        params.get('origClientOrderId'),
        call.now,
        params.oneOf('cancelRestrictions', RESTRICTIONS, spotRefusals.badRestrictions),
      );
      return canceled(call, order);
    }),
    signed(
      'POST',
      '/api/v3/order/cancelReplace',
      {
        weight: 1,
        orders: [1, 1],
        weightWhenDone: 0,
        goesOverLimit: (params) =>
          params.oneOf('orderRateLimitExceededMode', ['DO_NOTHING', 'CANCEL_ONLY']) === 'CANCEL_ONLY',
      },
      cancelReplace,
    ),
    signed('GET', '/api/v3/openOrders', weightBy('symbol', 80, 6), (call) => {
      const symbol = call.params.get('symbol');
      if (symbol !== undefined) exchange.market(symbol);
      return rows(accountOf(call).openOrders(symbol));
    }),
    signed('DELETE', '/api/v3/openOrders', { weight: 1, weightWhenDone: 0 }, (call) => {
      const symbol = exchange.market(call.params.get('symbol')).instrument.symbol;
      const account = accountOf(call);
      const open = account.openOrders(symbol);
      if (open.length === 0) throw refusals.unknownOrder();
      const listed = new Set(open.flatMap(({ listId }) => account.lists.get(listId) ?? []));
      for (const order of open) exchange.close(account, order, 'CANCELED', call.now);
      const single = open.filter(({ listId }) => !account.lists.has(listId));
      const answers = [
        ...single.map((order) => canceled(call, order)),
        ...[...listed].map((list) => listAnswer(list, call.now, (order) => canceled(call, order))),
      ];
      return `[${answers.join(',')}]`;
    }),
    signed('GET', '/api/v3/allOrders', 20, (call) => {
      const symbol = exchange.market(call.params.get('symbol')).instrument.symbol;
      const all = [...accountOf(call).orders.values()].filter((order) => order.symbol === symbol);
      const span = spanOfHours(call.params, 24);
      return rows(page(all, call.params, { maximum: 1000, idOf: ({ id }) => id, idName: 'orderId', span }));
    }),
    signed('GET', '/api/v3/myTrades', weightBy('orderId', 20, 5), (call) => {
      const { instrument } = exchange.market(call.params.get('symbol'));
      const orderId = call.params.id('orderId');
      const all = accountOf(call).trades.filter(
        ({ order }) => order.symbol === instrument.symbol && (orderId === undefined || order.id === orderId),
      );
      const span = spanOfHours(call.params, 24, 'fromId', 'orderId');
      const rules = { maximum: 1000, idOf: ({ id }: { id: number }) => BigInt(id), idName: 'fromId', span };
      const chosen = page(all, call.params, rules);
      return `[${chosen.map((trade) => spotTradeRow(trade, instrument)).join(',')}]`;
    }),
    signed('PUT', '/api/v3/order/amend/keepPriority', 4, (call) => {
      const { params } = call;
      const symbol = params.required('symbol');
      const { order, from } = amends.reduce(
        accountOf(call),
        { symbol, id: params.id('orderId'), clientOrderId: params.get('origClientOrderId') },
        params.required('newQty'),
        params.get('newClientOrderId'),
        call.now,
      );
      return `{"transactTime":${call.now},"executionId":${executionId()},"amendedOrder":${amendedText(order, instrumentOf(order), from)}}`;
    }),
  ];
}
