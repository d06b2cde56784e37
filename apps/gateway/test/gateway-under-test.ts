/**
 * A gateway inside this process on real Redis and NATS, and small responders that stand where the other services
 * would: they answer on the real subjects, in Nest's own envelope.
 */
import {
  SubmitOrder,
  SubmitOrderReply,
  SubmitOrders,
  SubmitOrdersReply,
  submitOrder,
  submitOrders,
} from '@elvis/contracts';
import { loadConfig } from '@elvis/platform';
import { isFailureCode, TradingFailure } from '@elvis/trading';
import { startService, natsOptions } from '@elvis/platform';
import { connect, JSONCodec, Msg, NatsConnection } from 'nats';
import { connect as openSocket } from 'node:net';
import { NatsUser, PrivateNats, PrivateRedis, startNats, startRedis, until } from '@elvis/testing';
import { GatewayConfig } from '../src/gateway.config';
import { GatewayModule } from '../src/gateway.module';
import { RunningGateway, startGateway } from '../src/start-gateway';

export const API_KEY = 'k3y-for-the-gateway-under-test';

export interface Servers {
  readonly redis: PrivateRedis;
  readonly nats: PrivateNats;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const [redis, nats] = await Promise.all([startRedis(), startNats()]);
  return {
    redis,
    nats,
    stop: async () => {
      await Promise.all([redis.stop(), nats.stop()]);
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs look into bodies freely
  readonly body: any;
  readonly text: string;
}

export interface CallOptions {
  readonly key?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string;
}

export interface GatewayUnderTest {
  readonly url: string;
  readonly app: RunningGateway;
  readonly opsPort: number;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts it and waits until it is ready. */
export async function startGatewayUnderTest(
  servers: Pick<Servers, 'redis' | 'nats'>,
  environment: Record<string, string> = {},
): Promise<GatewayUnderTest> {
  const gateway = await openGatewayUnderTest(servers, environment);
  await until(async () => (await fetch(`${gateway.url}/health/ready`)).ok);
  return gateway;
}

/** Starts it and waits for nothing more than that it listens. */
export async function openGatewayUnderTest(
  { redis, nats }: { readonly redis: PrivateRedis; readonly nats: Pick<PrivateNats, 'urls'> },
  environment: Record<string, string> = {},
): Promise<GatewayUnderTest> {
  const config = loadConfig(GatewayConfig, {
    NATS_URL: nats.urls.gateway,
    ...redis.env,
    PORT: '0',
    OPS_PORT: '0',
    LOG_LEVEL: 'fatal',
    API_KEY,
    RATE_LIMIT_ORDERS: 'off',
    RATE_LIMIT_DEFAULT: 'off',
    ...environment,
  });
  let app: RunningGateway | undefined;
  const service = await startService(
    {
      name: 'gateway',
      module: GatewayModule,
      config: GatewayConfig,
      start: async (root, settings, log) => (app = await startGateway(root, settings, log)),
      startsWithoutBus: true,
    },
    config,
  );
  if (!app) throw new Error('The gateway has not started');
  const { url } = app;
  return { url, app, opsPort: service.opsPort, call: caller(url), stop: () => service.stop() };
}

/** Calls over real HTTP, with the key unless told otherwise. */
const caller =
  (url: string, apiKey = API_KEY): GatewayUnderTest['call'] =>
  async (method, path, { key = apiKey, headers = {}, body, raw } = {}) => {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key !== null && { 'x-api-key': key }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: sent,
    });
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? (JSON.parse(text) as unknown) : undefined,
    };
  };

interface Served {
  readonly subject: string;
}

type Handler = (payload: never) => unknown;

export interface Responder {
  /** What was asked, oldest first. */
  readonly asked: { readonly subject: string; readonly payload: never }[];
  on(contract: Served, handle: Handler): Responder;
  /** Again after a stop, as if nothing had been asked or arranged before. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Stands where a service would: answers what its handlers say, fails as they throw, is silent where they say so. */
export async function startResponder(nats: PrivateNats, user: NatsUser): Promise<Responder> {
  let connection: NatsConnection;
  const codec = JSONCodec<{ id: string; data: never }>();
  const handlers = new Map<string, Handler>();
  const responder: Responder = {
    asked: [],
    on: ({ subject }, handle) => {
      handlers.set(subject, handle);
      return responder;
    },
    start: async () => {
      handlers.clear();
      responder.asked.splice(0);
      connection = await connect(natsOptions(nats.urls[user], `responder-${user}`));
      for (const kind of ['command', 'query'])
        connection.subscribe(`elvis.${kind}.${user}.>`, { queue: user, callback });
      await connection.flush();
    },
    stop: async () => {
      if (!connection.isClosed()) await connection.drain();
    },
  };
  const callback = (_error: unknown, message: Msg): void => {
    const { id, data } = codec.decode(message.data);
    responder.asked.push({ subject: message.subject, payload: data });
    const handle = handlers.get(message.subject) ?? (() => SILENCE);
    void reply(id, () => handle(data)).then(
      (answer) => answer && message.respond(JSONCodec().encode(answer)),
    );
  };
  await responder.start();
  return responder;
}

/** An order that a shape check finds nothing wrong with. */
export const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.010', price: '57000' };

const placed = (asked: SubmitOrder): SubmitOrderReply =>
  ({
    order: { ...asked, status: 'NEW', filledQuantity: '0', createdAtMs: 1, updatedAtMs: 1 },
    isRepeat: false,
  }) as unknown as SubmitOrderReply;

/** A responder in risk's place that places every order. */
export const startPlacingRisk = async (nats: PrivateNats): Promise<Responder> =>
  (await startResponder(nats, 'risk'))
    .on(submitOrder, placed)
    .on(submitOrders, ({ orders }: SubmitOrders): SubmitOrdersReply => ({ results: orders.map(placed) }));

/** From now on `risk` places no order before the returned function was called. */
export function holdOrders(risk: Responder): () => void {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  risk.on(submitOrder, async (asked: SubmitOrder) => {
    await held;
    return placed(asked);
  });
  return release;
}

/** Sends bytes as they are and answers all that came until the other side closed. */
export const sendBytes = (url: string, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = openSocket(Number(new URL(url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(bytes);
  });

/** A handler that returns this says nothing. */
export const SILENCE = Symbol('silence');

async function reply(id: string, handle: () => unknown): Promise<object | undefined> {
  try {
    const response = await handle();
    return response === SILENCE ? undefined : { id, response, isDisposed: true };
  } catch (error) {
    if (!(error instanceof TradingFailure) || !isFailureCode(error.code)) throw error;
    const { code, message, context, retryAfterMs } = error;
    return { id, err: { code, message, context, retryAfterMs }, isDisposed: true };
  }
}
