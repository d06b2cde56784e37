/**
 * The REST front: reads a call, counts it, checks who calls and when, lets faults strike, executes, answers.
 *
 * A call is judged in the exchange's own order: ban and weight, path, key, timestamp, signature, parameters, order meter,
 * engine.
 */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal, refusals } from '@elvis/simulation';
import { Measure } from '../meters/measure';
import { PaperClock } from '../faults/paper-clock';
import { Behaviour } from '../faults/behaviour';
import { REST_FAULTS, Faults, FaultRule } from '../faults/faults';
import { MarketMeters } from '../meters/market-meters';
import { Params } from './params';
import { checkParameters } from './parameters/takes';
import { ServedRoute } from './parameters/served-routes';
import { admitOrder, Route } from './route';
import { checkTimestamp, KeyRing } from './signature';
import { inMicroseconds, isMicroseconds } from '../json/time-unit';
import { faultAnswer } from './fault-answers';

export interface Market {
  readonly name: 'futures' | 'spot' | 'sapi';
  readonly meters: MarketMeters;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly apiKey: string | undefined;
  readonly address: string;
  readonly market: Market;
  /** As the header asks for it; spot alone knows it. */
  readonly timeUnit: string | undefined;
}

const ORDER_PATH = /order/i;
const TRANSIENT = new Set(['slow-answer', 'slow-execution']);

export class RestServer {
  private readonly routes = new Map<string, ServedRoute>();
  private readonly paths = new Set<string>();

  constructor(
    routes: readonly ServedRoute[],
    private readonly markets: { readonly futures: Market; readonly spot: Market; readonly sapi: Market },
    private readonly keys: KeyRing,
    private readonly clock: PaperClock,
    private readonly faults: Faults,
    private readonly measure: Measure,
    private readonly behaviour: Behaviour,
  ) {
    for (const route of routes) {
      this.routes.set(`${route.method} ${route.path}`, route);
      this.paths.add(route.path);
    }
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined)
      return this.answer(request, response, '');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () =>
      this.answer(request, response, chunks.length === 0 ? '' : Buffer.concat(chunks).toString()),
    );
  }

  private answer(incoming: IncomingMessage, response: ServerResponse, body: string): void {
    const url = incoming.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const market = /^\/[fd]api/.test(path)
      ? this.markets.futures
      : path.startsWith('/sapi')
        ? this.markets.sapi
        : this.markets.spot;
    const request: Request = {
      method: incoming.method ?? 'GET',
      path,
      query: mark < 0 ? '' : url.slice(mark + 1),
      body,
      apiKey: incoming.headers['x-mbx-apikey'] as string | undefined,
      address: incoming.socket.remoteAddress ?? '',
      market,
      timeUnit: market.name === 'spot' ? (incoming.headers['x-mbx-time-unit'] as string) : undefined,
    };
    const route = this.routes.get(`${request.method} ${path}`);
    if (route?.orders) this.measure.orderArrived(request.query || body);
    const fault = this.faults.strike(REST_FAULTS, {
      method: request.method,
      path,
      account: this.accountNamed(request.apiKey),
    });
    const now = this.clock.now();
    if (fault && !TRANSIENT.has(fault.kind)) return this.strike(fault, request, route, response, now);
    if (fault?.kind === 'slow-execution') {
      setTimeout(() => this.perform(request, route, response), fault.delayMs ?? 1_000);
      return;
    }
    const reply = fault ? later(response, fault.delayMs ?? 1_000) : response;
    if (route?.orders && this.behaviour.latencyMs > 0) this.performLater(request, route, reply, now);
    else this.perform(request, route, reply);
  }

  /** The engine is some way behind the gateway; a request that grew too old on the way is refused there. */
  private performLater(request: Request, route: ServedRoute, response: Reply, arrived: number): void {
    let prepared: Prepared;
    try {
      prepared = this.prepare(request, route, arrived);
    } catch (error) {
      return this.refuse(request, route, response, error, arrived);
    }
    setTimeout(() => {
      const now = this.clock.now();
      try {
        if (now > prepared.expiresAt) throw refusals.engineTimestampOutside();
        const metAt = this.meet(request, now);
        this.done(request, route, response, route.answer({ ...prepared, now: metAt }), metAt);
      } catch (error) {
        this.refuse(request, route, response, error, now);
      }
    }, this.behaviour.latencyMs);
  }

  private perform(request: Request, route: ServedRoute | undefined, response: Reply): void {
    const now = this.clock.now();
    try {
      const prepared = this.prepare(request, route, now);
      const metAt = this.meet(request, now);
      this.done(request, route!, response, route!.answer({ ...prepared, now: metAt }), metAt);
    } catch (error) {
      this.refuse(request, route, response, error, now);
    }
  }

  /** Everything that is checked before the engine sees the call. */
  private prepare(request: Request, route: ServedRoute | undefined, now: number): Prepared {
    const { market, path, method, query, body } = request;
    const params = new Params(query, body);
    const meter = market.meters.ip(request.address);
    const weight = typeof route?.weight === 'function' ? route.weight(params) : (route?.weight ?? 1);
    market.meters.admit(meter, weight, now);
    if (!route) throw refusals.unknownPath(path, method);
    isMicroseconds(request.timeUnit);
    if (route.security === 'NONE') {
      checkParameters(route.takes, params);
      return { params, account: '', expiresAt: Infinity };
    }
    const account = this.keys.accountOf(request.apiKey);
    let expiresAt = Infinity;
    if (route.security === 'SIGNED') {
      expiresAt = checkTimestamp(params, now);
      this.keys.verify(request.apiKey!, query, body);
    }
    checkParameters(route.takes, params);
    const overLimit = admitOrder(route, params, (cost) => market.meters.admitOrder(account, cost, now));
    return { params, account, expiresAt, overLimit };
  }

  private done(request: Request, route: Route, response: Reply, body: string, now: number): void {
    if (route.weightWhenDone !== undefined && typeof route.weight === 'number')
      request.market.meters.ip(request.address).weight.add(route.weightWhenDone - route.weight, now);
    this.measure.count(now, route.orders !== undefined, 200, undefined);
    const answer = isMicroseconds(request.timeUnit) ? inMicroseconds(body) : body;
    this.write(request, route, response, 200, answer, now);
  }

  private refuse(
    request: Request,
    route: Route | undefined,
    response: Reply,
    error: unknown,
    now: number,
  ): void {
    const refusal =
      error instanceof Refusal
        ? error
        : new Refusal(-1000, 'An unknown error occurred while processing the request.', 500);
    this.measure.count(now, route?.orders !== undefined, refusal.status, refusal.code);
    const extra =
      refusal.status === 429 || refusal.status === 418 ? this.retryAfter(request, refusal, now) : {};
    const data = refusal.data === undefined ? '' : `,"data":${refusal.data}`;
    const body = `{"code":${refusal.code},"msg":${JSON.stringify(refusal.message)}${data}}`;
    this.write(request, route, response, refusal.status, body, now, extra);
    if (!(error instanceof Refusal)) this.onBug(error);
  }

  /**
   * An order, a change or a cancel is about to meet the order book: whoever plays the market plays what is due, and answers
   * until when, on the exchange's clock.
   */
  onOrder: ((call: string, text: string) => number) | undefined;

  private meet({ method, path, query, body }: Request, now: number): number {
    if (method === 'GET' || !ORDER_PATH.test(path) || !this.onOrder) return now;
    return Math.floor(this.onOrder(`${method} ${path}`, query || body));
  }

  /** Hears of errors that are bugs of this program. */
  onBug: (error: unknown) => void = () => undefined;

  private strike(
    rule: FaultRule,
    request: Request,
    route: ServedRoute | undefined,
    response: ServerResponse,
    now: number,
  ): void {
    const params = new Params(request.query, request.body);
    if (rule.kind === 'overloaded' && !(route?.throttled?.(params) ?? false))
      return this.perform(request, route, response);
    if (rule.kind === 'ban') {
      request.market.meters.ip(request.address).ban(rule.durationMs ?? 120_000, now);
      return this.perform(request, route, response);
    }
    const executed =
      rule.kind === 'drop-after' ||
      rule.kind === 'truncate' ||
      (['unknown-error', 'gateway-timeout', 'backend-timeout', 'unexpected-response'].includes(rule.kind) &&
        (rule.executed ?? this.faults.chance() < 0.5));
    const hidden: Reply = { writeHead: () => hidden, end: () => undefined };
    let whole = '';
    if (executed)
      this.perform(
        request,
        route,
        rule.kind === 'truncate' ? { ...hidden, end: (body) => (whole = body) } : hidden,
      );
    if (rule.kind === 'drop-before' || rule.kind === 'drop-after') {
      response.socket?.destroy();
      return;
    }
    if (rule.kind === 'truncate') {
      response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(whole) + 20 });
      response.write(whole.slice(0, Math.ceil(whole.length / 2)), () => response.socket?.destroy());
      return;
    }
    const { status, body, type } = faultAnswer(rule, request.market.meters.rules.weight.limit);
    response.writeHead(status, { 'content-type': type, ...this.weightHeader(request, now) }).end(body);
  }

  private write(
    request: Request,
    route: Route | undefined,
    response: Reply,
    status: number,
    body: string,
    now: number,
    extra: Record<string, string> = {},
  ): void {
    const headers: Record<string, string | number> = {
      'content-type': JSON_TYPE,
      'content-length': Buffer.byteLength(body),
      ...this.weightHeader(request, now),
      ...extra,
    };
    const account = route?.orders && this.accountNamed(request.apiKey);
    if (account)
      for (const counter of request.market.meters.orders(account).counters)
        headers[`X-MBX-ORDER-COUNT-${counter.rule.label}`] = counter.used(now);
    response.writeHead(status, headers).end(body);
  }

  private weightHeader({ market, address }: Request, now: number): Record<string, number> {
    const { weight } = market.meters.ip(address);
    const used = weight.used(now);
    return market.name === 'spot'
      ? { [`X-MBX-USED-WEIGHT-${weight.rule.label}`]: used, 'X-MBX-USED-WEIGHT': used }
      : {
          [`X-${market.name === 'sapi' ? 'SAPI' : 'MBX'}-USED-${market.name === 'sapi' ? 'IP-' : ''}WEIGHT-${weight.rule.label}`]:
            used,
        };
  }

  private retryAfter(request: Request, refusal: Refusal, now: number): Record<string, string> {
    if (request.market.name === 'futures' && !this.behaviour.retryAfter) return {};
    const { meters } = request.market;
    const meter = meters.ip(request.address);
    const until = refusal.status === 418 ? meter.bannedUntil : meter.weight.endsAt(now);
    return { 'Retry-After': String(Math.ceil((until - now) / 1000)) };
  }

  private accountNamed(apiKey: string | undefined): string | undefined {
    try {
      return this.keys.accountOf(apiKey);
    } catch {
      return undefined;
    }
  }
}

interface Prepared {
  readonly params: Params;
  readonly account: string;
  readonly overLimit?: Refusal;
  /** When the engine will no longer take it. */
  readonly expiresAt: number;
}

/** The part of a response that a call needs: an answer may also be swallowed, or come late. */
interface Reply {
  writeHead(status: number, headers: Record<string, string | number>): { end(body: string): unknown };
  end(body: string): unknown;
}

const JSON_TYPE = 'application/json;charset=UTF-8';

function later(response: ServerResponse, delayMs: number): Reply {
  let head: [number, Record<string, string | number>] = [200, {}];
  const reply: Reply = {
    writeHead: (status, headers) => {
      head = [status, headers];
      return reply;
    },
    end: (body) => setTimeout(() => response.writeHead(...head).end(body), delayMs),
  };
  return reply;
}
