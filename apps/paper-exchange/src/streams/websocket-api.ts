/**
 * The WebSocket APIs: the same calls as over REST, as `{"id","method","params"}`. Parameters are signed sorted by name.
 * On spot they also carry the user data stream, whose events arrive on the same connection.
 */
import { Refusal, refusals } from '@elvis/simulation';
import { Measure } from '../meters/measure';
import { PaperClock } from '../faults/paper-clock';
import { MarketMeters } from '../meters/market-meters';
import { Params } from '../rest/params';
import { admitOrder } from '../rest/route';
import { ServedRoute } from '../rest/parameters/served-routes';
import { checkParameters, takesOf, WEBSOCKET_PARAMETERS } from '../rest/parameters/takes';
import { checkTimestamp, KeyRing } from '../rest/signature';
import { ClientSocket } from './client-socket';
import { textOf } from './stream-server';
import { UserStreams } from './user-streams';

/** Which REST call a method stands for. */
export const SPOT_METHODS: Readonly<Record<string, string>> = {
  ping: 'GET /api/v3/ping',
  time: 'GET /api/v3/time',
  exchangeInfo: 'GET /api/v3/exchangeInfo',
  depth: 'GET /api/v3/depth',
  'trades.recent': 'GET /api/v3/trades',
  'trades.aggregate': 'GET /api/v3/aggTrades',
  klines: 'GET /api/v3/klines',
  uiKlines: 'GET /api/v3/uiKlines',
  'trades.historical': 'GET /api/v3/historicalTrades',
  avgPrice: 'GET /api/v3/avgPrice',
  'ticker.24hr': 'GET /api/v3/ticker/24hr',
  ticker: 'GET /api/v3/ticker',
  'ticker.price': 'GET /api/v3/ticker/price',
  'ticker.book': 'GET /api/v3/ticker/bookTicker',
  'order.place': 'POST /api/v3/order',
  'order.test': 'POST /api/v3/order/test',
  'order.status': 'GET /api/v3/order',
  'order.cancel': 'DELETE /api/v3/order',
  'order.amend.keepPriority': 'PUT /api/v3/order/amend/keepPriority',
  'order.cancelReplace': 'POST /api/v3/order/cancelReplace',
  'orderList.place.oco': 'POST /api/v3/orderList/oco',
  'orderList.place.oto': 'POST /api/v3/orderList/oto',
  'orderList.place.otoco': 'POST /api/v3/orderList/otoco',
  'ticker.tradingDay': 'GET /api/v3/ticker/tradingDay',
  'orderList.place': 'POST /api/v3/order/oco',
  'orderList.status': 'GET /api/v3/orderList',
  'orderList.cancel': 'DELETE /api/v3/orderList',
  'openOrders.status': 'GET /api/v3/openOrders',
  'openOrders.cancelAll': 'DELETE /api/v3/openOrders',
  'openOrderLists.status': 'GET /api/v3/openOrderList',
  allOrders: 'GET /api/v3/allOrders',
  allOrderLists: 'GET /api/v3/allOrderList',
  myTrades: 'GET /api/v3/myTrades',
  'account.status': 'GET /api/v3/account',
  'account.commission': 'GET /api/v3/account/commission',
  'account.rateLimits.orders': 'GET /api/v3/rateLimit/order',
};

export const FUTURES_METHODS: Readonly<Record<string, string>> = {
  ping: 'GET /fapi/v1/ping',
  time: 'GET /fapi/v1/time',
  depth: 'GET /fapi/v1/depth',
  'ticker.price': 'GET /fapi/v1/ticker/price',
  'ticker.book': 'GET /fapi/v1/ticker/bookTicker',
  'order.place': 'POST /fapi/v1/order',
  'order.modify': 'PUT /fapi/v1/order',
  'order.status': 'GET /fapi/v1/order',
  'order.cancel': 'DELETE /fapi/v1/order',
  'algoOrder.place': 'POST /fapi/v1/algoOrder',
  'algoOrder.cancel': 'DELETE /fapi/v1/algoOrder',
  'account.balance': 'GET /fapi/v2/balance',
  'v2/account.balance': 'GET /fapi/v3/balance',
  'account.status': 'GET /fapi/v2/account',
  'v2/account.status': 'GET /fapi/v3/account',
  'account.position': 'GET /fapi/v2/positionRisk',
  'v2/account.position': 'GET /fapi/v3/positionRisk',
  'userDataStream.start': 'POST /fapi/v1/listenKey',
  'userDataStream.ping': 'PUT /fapi/v1/listenKey',
  'userDataStream.stop': 'DELETE /fapi/v1/listenKey',
};

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: Readonly<Record<string, unknown>>;
}

interface WebSocketApiParts {
  readonly routes: ReadonlyMap<string, ServedRoute>;
  readonly methods: Readonly<Record<string, string>>;
  readonly meters: MarketMeters;
  readonly handshakeWeight: number;
  readonly keys: KeyRing;
  readonly clock: PaperClock;
  readonly measure: Measure;
  readonly users: UserStreams;
  /** The channel of an account's events on this API, where it carries them. */
  readonly channel?: (account: string) => string;
}

export class WebSocketApi {
  private subscriptions = 0;

  constructor(private readonly parts: WebSocketApiParts) {}

  opened(client: ClientSocket, address: string): void {
    const { meters, clock, handshakeWeight } = this.parts;
    client.connectedAt = clock.now();
    meters.ip(address).admit(handshakeWeight, client.connectedAt);
    client.socket.on('message', (data) => client.send(this.answer(client, address, textOf(data))));
  }

  private answer(client: ClientSocket, address: string, text: string): string {
    const { meters, clock, measure } = this.parts;
    let message: Message = {};
    const now = clock.now();
    let isOrder = false;
    try {
      message = JSON.parse(text) as Message;
      const params = Params.of(message.params ?? {});
      const own = this.ownMethod(client, message, params, now);
      if (own !== undefined) return own;
      const route = this.parts.routes.get(this.parts.methods[String(message.method)] ?? '');
      if (!route) throw new Refusal(-1000, 'Unknown method.');
      isOrder = route.orders !== undefined;
      const weight = typeof route.weight === 'function' ? route.weight(params) : route.weight;
      meters.admit(meters.ip(address), weight, now);
      const account =
        route.security === 'NONE' ? '' : this.authenticate(route.security, message.params ?? {}, params, now);
      checkParameters(route.takes, params, WEBSOCKET_PARAMETERS);
      const overLimit = admitOrder(route, params, (cost) => meters.admitOrder(account, cost, now));
      const result = route.answer({ params, account, now, overLimit });
      measure.count(now, isOrder, 200, undefined);
      return `{"id":${idText(message)},"status":200,"result":${result}${this.limits(params, address, account, isOrder, now)}}`;
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(-1135, 'Invalid JSON Request', 400);
      measure.count(now, isOrder, refusal.status, refusal.code);
      return `{"id":${idText(message)},"status":${refusal.status},"error":{"code":${refusal.code},"msg":${JSON.stringify(refusal.message)}${this.retryAfter(refusal, address, now)}}}`;
    }
  }

  /** Session methods and subscriptions, which no REST call stands for. */
  private ownMethod(client: ClientSocket, message: Message, params: Params, now: number): string | undefined {
    const { channel, users } = this.parts;
    const session = this.sessionMethod(client, message, params, now);
    if (session !== undefined || !channel) return session;
    if (message.method === 'userDataStream.subscribe.signature') {
      const account = this.authenticate('SIGNED', message.params ?? {}, params, now);
      checkParameters(OWN_PARAMETERS, params, WEBSOCKET_PARAMETERS);
      const subscription = this.subscriptions;
      this.subscriptions += 1;
      users.join(
        channel(account),
        client,
        `subscription-${subscription}`,
        [],
        (payload) => `{"subscriptionId":${subscription},"event":${payload}}`,
      );
      return `{"id":${idText(message)},"status":200,"result":{"subscriptionId":${subscription}}}`;
    }
    if (message.method === 'userDataStream.unsubscribe') {
      users.removeClient(client);
      return `{"id":${idText(message)},"status":200,"result":{}}`;
    }
    return undefined;
  }

  /** A session can be opened with an Ed25519 key alone, and the accounts here have HMAC keys. */
  private sessionMethod(
    client: ClientSocket,
    { id, method }: Message,
    params: Params,
    now: number,
  ): string | undefined {
    switch (method) {
      case 'session.logon':
        this.parts.keys.accountOf(params.get('apiKey'));
        throw new Refusal(-4056, 'HMAC_SHA256 API key is not supported.');
      case 'session.status':
      case 'session.logout':
        return `{"id":${idText({ id })},"status":200,"result":{"apiKey":null,"authorizedSince":null,"connectedSince":${client.connectedAt},"returnRateLimits":true,"serverTime":${now}}}`;
      default:
        return undefined;
    }
  }

  private authenticate(
    security: 'KEY' | 'SIGNED',
    sent: Readonly<Record<string, unknown>>,
    params: Params,
    now: number,
  ): string {
    const apiKey = params.get('apiKey');
    const account = this.parts.keys.accountOf(apiKey);
    if (security === 'KEY') return account;
    checkTimestamp(params, now);
    const signed = Object.entries(sent)
      .filter(([name]) => name !== 'signature')
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    if (this.parts.keys.sign(apiKey!, signed) !== params.required('signature').toLowerCase())
      throw refusals.badSignature();
    return account;
  }

  private limits(params: Params, address: string, account: string, isOrder: boolean, now: number): string {
    if (params.get('returnRateLimits') === 'false') return '';
    const { meters } = this.parts;
    const { weight } = meters.ip(address);
    const rows = [
      ...(isOrder ? meters.orders(account).counters : []).map((counter) => ['ORDERS', counter] as const),
      ['REQUEST_WEIGHT', weight] as const,
    ].map(([rateLimitType, counter]) => ({
      rateLimitType,
      interval: counter.rule.interval,
      intervalNum: counter.rule.intervalNum,
      limit: counter.rule.limit,
      count: counter.used(now),
    }));
    return `,"rateLimits":${JSON.stringify(rows)}`;
  }

  private retryAfter(refusal: Refusal, address: string, now: number): string {
    if (refusal.status !== 429 && refusal.status !== 418) return '';
    const meter = this.parts.meters.ip(address);
    const until = refusal.status === 418 ? meter.bannedUntil : meter.weight.endsAt(now);
    return `,"data":{"serverTime":${now},"retryAfter":${until}}`;
  }
}

/** What the methods without a REST call take: only what every message may carry. */
const OWN_PARAMETERS = takesOf('', false);

const idText = ({ id }: Message): string => JSON.stringify(id ?? null);
