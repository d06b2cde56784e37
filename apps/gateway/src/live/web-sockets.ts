/**
 * `/api/v1/stream`: an upgrade passes the same front as every request, so it is limited, authenticated and recorded like
 * one; then messages come as JSON arrays, once per tick. A client says what it wants with `{"subscribe":[...]}` and
 * `{"unsubscribe":[...]}`, or `?topics=` at the start, and goes on where it stopped with `?since=<life>-<seq>`.
 */
import { LOG, Log, Metrics } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { RawData, WebSocket, WebSocketServer } from 'ws';
import { GatewayConfig } from '../gateway.config';
import { Connections } from '../http/connections';
import { Caller } from '../identity/caller';
import { LiveMessages } from './live-messages';
import { MessagePace } from './message-pace';
import { OpenStreams } from './open-streams';
import { ClientBuffer } from './client-buffer';
import { StreamPlaces } from './stream-places';
import { LiveMessage, TOPICS, Topic } from './topics';

const HEARTBEAT_MS = 15_000;
const LAST_WORDS_MS = 2_000;
/** Of answers to its own words; what happens waits in the buffer, which has bounds of its own. */
const UNSENT_BYTES_AT_MOST = 64 * 1_024;
const TRY_AGAIN_LATER = 1013;
const POLICY_VIOLATION = 1008;
const GOING_AWAY = 1001;
const ADDRESS = '/api/v1/stream';

interface Upgrade {
  readonly socket: Socket;
  readonly head: Buffer;
}

/** What the client asked for in its address. */
export interface StreamWish {
  readonly topics: ReadonlySet<Topic>;
  readonly since?: string;
}

@Injectable()
export class WebSockets {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: 4_096,
    perMessageDeflate: { threshold: 1_024, zlibDeflateOptions: { level: 1 }, concurrencyLimit: 2 },
  });
  private readonly alive = new WeakSet<WebSocket>();
  private readonly upgrades = new WeakMap<IncomingMessage, Upgrade>();
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    private readonly messages: LiveMessages,
    private readonly config: GatewayConfig,
    private readonly streams: OpenStreams,
    private readonly places: StreamPlaces,
    private readonly connections: Connections,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    const clients = metrics.gauge('gateway_stream_clients', 'WebSocket clients that are connected');
    this.server.on('connection', () => clients.set(this.server.clients.size));
    this.server.on('close', () => clients.set(0));
  }

  /** Sends every upgrade through the routes of `instance`, as the request that it is. */
  serve(instance: FastifyInstance): void {
    instance.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      socket.on('error', () => undefined);
      if (request.method !== 'GET' || request.url?.split('?', 1)[0] !== ADDRESS) return refuse(socket);
      this.upgrades.set(request, { socket, head });
      const response = new ServerResponse(request);
      try {
        response.assignSocket(socket);
      } catch {
        // It came behind a request that is not answered: two answers cannot share the socket.
        return void socket.destroy();
      }
      response.once('finish', () => socket.end());
      instance.routing(request, response);
    });
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS).unref();
  }

  isUpgrade({ raw }: FastifyRequest): boolean {
    return this.upgrades.has(raw);
  }

  /**
   * Opens the stream for a caller who may listen.
   *
   * @throws TradingFailure SCOPE_MISSING a page of a stranger asks
   * @throws TradingFailure RATE_LIMITED  this caller or address has too many streams
   * @throws TradingFailure OVERLOADED    all callers together have
   */
  accept({ raw, caller }: FastifyRequest, reply: FastifyReply, wish: StreamWish): void {
    const upgrade = this.upgrades.get(raw);
    if (!upgrade || !caller)
      throw new Error(
        'A WebSocket was opened on a connection that is no authenticated upgrade; this is a bug',
      );
    const { origin, host } = raw.headers;
    if (origin !== undefined && !this.config.CORS_ORIGINS.includes(origin) && hostOf(origin) !== host) {
      throw new TradingFailure('SCOPE_MISSING', 'This origin may not open a stream; add it to CORS_ORIGINS');
    }
    if (upgrade.socket.destroyed) return void reply.hijack();
    const releasePlace = this.places.acquire(caller);
    upgrade.socket.once('close', releasePlace);
    this.connections.becomeStream(upgrade.socket);
    const response = reply.hijack().raw;
    response.detachSocket(upgrade.socket);
    // The request is over; the socket lives on.
    response.emit('close');
    this.server.handleUpgrade(raw, upgrade.socket, upgrade.head, (client) =>
      this.welcome(client, caller, wish),
    );
  }

  /** Tells every client to come back elsewhere. */
  close(): void {
    clearInterval(this.heartbeat);
    for (const client of this.server.clients)
      client.close(GOING_AWAY, 'This gateway is shutting down; reconnect');
    setTimeout(() => this.server.clients.forEach((client) => client.terminate()), LAST_WORDS_MS).unref();
  }

  private welcome(client: WebSocket, caller: Caller, wish: StreamWish): void {
    const topics = new Set<Topic>(wish.topics);
    const buffer = new ClientBuffer({
      unsent: () => client.bufferedAmount,
      send: (messages) => client.send(JSON.stringify(messages.map(withoutKey))),
      giveUp: (reason) => this.endSoon(client, TRY_AGAIN_LATER, reason),
    });
    const deliver = (message: LiveMessage): void => {
      if (topics.has(message.topic)) buffer.add(message);
    };
    const missed = wish.since === undefined ? [] : this.messages.since(wish.since);
    client.send(
      JSON.stringify([
        {
          topic: 'welcome',
          life: this.messages.life,
          seq: this.messages.newest,
          topics: [...topics],
          gap: !missed,
        },
      ]),
    );
    missed?.forEach(deliver);
    const stop = this.messages.listen(deliver, topics);
    const ended = this.streams.opened(caller, (reason) => this.endSoon(client, POLICY_VIOLATION, reason));
    this.alive.add(client);
    const pace = new MessagePace(performance.now());
    const isBearable = (): boolean => this.isBearable(client, pace);
    client.on('pong', () => isBearable() && this.alive.add(client));
    client.on('ping', isBearable);
    client.on('message', (data) => isBearable() && this.changeTopics(client, data, topics));
    client.on('error', (error) =>
      this.log.debug(
        { reason: error.message },
        'The connection of a WebSocket client failed; its stream was closed',
      ),
    );
    client.on('close', () => {
      ended();
      stop();
      buffer.close();
    });
  }

  /** Each word of a client costs an answer, if only a pong: one that says too much or reads nothing is cut off. */
  private isBearable(client: WebSocket, pace: MessagePace): boolean {
    if (client.readyState !== WebSocket.OPEN) return false;
    const reason = !pace.allows(performance.now())
      ? 'Stream closed: the client sent too many messages; reconnect'
      : client.bufferedAmount > UNSENT_BYTES_AT_MOST
        ? 'Stream closed: the client does not read its answers; reconnect'
        : undefined;
    if (reason === undefined) return true;
    this.endSoon(client, POLICY_VIOLATION, reason);
    return false;
  }

  /** Says why, takes nothing more in, and does not wait long for the client's farewell. */
  private endSoon(client: WebSocket, code: number, reason: string): void {
    client.close(code, reason);
    client.pause();
    const end = setTimeout(() => client.terminate(), LAST_WORDS_MS).unref();
    client.once('close', () => clearTimeout(end));
  }

  private changeTopics(client: WebSocket, data: RawData, topics: Set<Topic>): void {
    try {
      const { subscribe = [], unsubscribe = [] } = JSON.parse((data as Buffer).toString()) as Record<
        string,
        Topic[]
      >;
      if ([...subscribe, ...unsubscribe].some((topic) => !TOPICS.includes(topic)))
        throw new Error('A client of a stream named an unknown topic, so its stream is closed');
      subscribe.forEach((topic) => topics.add(topic));
      unsubscribe.forEach((topic) => topics.delete(topic));
      client.send(JSON.stringify([{ topic: 'subscribed', seq: this.messages.newest, topics: [...topics] }]));
    } catch {
      client.close(
        POLICY_VIOLATION,
        'Unknown topic or message; send {"subscribe":["orders"]} or {"unsubscribe":["orders"]}',
      );
    }
  }

  /** Who has not answered the last ping is gone. */
  private beat(): void {
    for (const client of this.server.clients) {
      if (!this.alive.delete(client)) client.terminate();
      else client.ping();
    }
  }
}

export const withoutKey = ({ key: _, ...message }: LiveMessage): Omit<LiveMessage, 'key'> => message;

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

/** There is one stream here; at no other address, and with no other method, does an upgrade mean anything. */
function refuse(socket: Socket): void {
  socket.once('finish', () => socket.destroy());
  socket.end(
    'HTTP/1.1 404 Not Found\r\ncontent-type: application/problem+json\r\nconnection: close\r\n\r\n{"code":"ROUTE_NOT_FOUND"}',
  );
}
