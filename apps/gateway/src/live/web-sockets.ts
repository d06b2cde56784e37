/**
 * `/api/v1/stream`: messages as JSON arrays, once per tick. A client says what it wants with `{"subscribe":[...]}` and
 * `{"unsubscribe":[...]}`, or `?topics=` at the start, and goes on where it stopped with `?since=<life>-<seq>`.
 */
import { LOG, Log, Metrics } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { IncomingMessage, Server } from 'node:http';
import { Duplex } from 'node:stream';
import { RawData, WebSocket, WebSocketServer } from 'ws';
import { GatewayConfig } from '../gateway.config';
import { Authentication } from '../identity/authentication';
import { requireScope } from '../identity/caller';
import { LiveFeed } from './live-feed';
import { Outbox } from './outbox';
import { Tickets } from './tickets';
import { LiveMessage, TOPICS, Topic, readTopics } from './topics';

const HEARTBEAT_MS = 15_000;
const LAST_WORDS_MS = 2_000;
const CLIENTS_AT_MOST = 5_000;
const TRY_AGAIN_LATER = 1013;
const POLICY_VIOLATION = 1008;
const GOING_AWAY = 1001;

@Injectable()
export class WebSockets {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: 4_096,
    perMessageDeflate: { threshold: 1_024, zlibDeflateOptions: { level: 1 }, concurrencyLimit: 2 },
  });
  private readonly alive = new WeakSet<WebSocket>();
  private heartbeat: NodeJS.Timeout | undefined;

  constructor(
    private readonly feed: LiveFeed,
    private readonly tickets: Tickets,
    private readonly authentication: Authentication,
    private readonly config: GatewayConfig,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    const clients = metrics.gauge('gateway_stream_clients', 'WebSocket clients that are connected');
    this.server.on('connection', () => clients.set(this.server.clients.size));
    this.server.on('close', () => clients.set(0));
  }

  serve(http: Server): void {
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => undefined);
      void this.admit(request).then(
        (url) => this.server.handleUpgrade(request, socket, head, (client) => this.welcome(client, url)),
        (error: unknown) => refuse(socket, error),
      );
    });
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS).unref();
  }

  /** Tells every client to come back elsewhere. */
  close(): void {
    clearInterval(this.heartbeat);
    for (const client of this.server.clients) client.close(GOING_AWAY, 'This gateway is going away');
    setTimeout(() => this.server.clients.forEach((client) => client.terminate()), LAST_WORDS_MS).unref();
  }

  private async admit(request: IncomingMessage): Promise<URL> {
    const url = new URL(request.url ?? '/', 'http://gateway');
    if (url.pathname !== '/api/v1/stream')
      throw new TradingFailure('ROUTE_NOT_FOUND', 'There is no stream here');
    const { origin, host } = request.headers;
    if (origin !== undefined && !this.config.CORS_ORIGINS.includes(origin) && new URL(origin).host !== host) {
      throw new TradingFailure('SCOPE_MISSING', 'Pages of this origin may not listen');
    }
    if (this.server.clients.size >= CLIENTS_AT_MOST)
      throw new TradingFailure('OVERLOADED', 'Too many clients');
    const ticket = url.searchParams.get('ticket');
    const ip = request.socket.remoteAddress ?? '';
    const caller = ticket
      ? { ...(await this.tickets.use(ticket)), remoteIp: ip }
      : await this.authentication.identify({ headers: request.headers, ip } as FastifyRequest);
    requireScope(caller, 'read');
    return url;
  }

  private welcome(client: WebSocket, url: URL): void {
    const topics = new Set<Topic>(readTopics(url.searchParams.get('topics') ?? '') ?? []);
    const outbox = new Outbox({
      unsent: () => client.bufferedAmount,
      send: (messages) => client.send(JSON.stringify(messages.map(withoutKey))),
      giveUp: (reason) => client.close(TRY_AGAIN_LATER, reason),
    });
    const deliver = (message: LiveMessage): void => {
      if (topics.has(message.topic)) outbox.add(message);
    };
    const since = url.searchParams.get('since');
    const missed = since === null ? [] : this.feed.since(since);
    client.send(
      JSON.stringify([
        { topic: 'welcome', life: this.feed.life, seq: this.feed.newest, topics: [...topics], gap: !missed },
      ]),
    );
    missed?.forEach(deliver);
    const stop = this.feed.listen(deliver);
    this.alive.add(client);
    client.on('pong', () => this.alive.add(client));
    client.on('message', (data) => this.hear(client, data, topics));
    client.on('error', (error) => this.log.debug({ reason: error.message }, 'A stream client failed'));
    client.on('close', () => {
      stop();
      outbox.close();
    });
  }

  private hear(client: WebSocket, data: RawData, topics: Set<Topic>): void {
    try {
      const { subscribe = [], unsubscribe = [] } = JSON.parse((data as Buffer).toString()) as Record<
        string,
        Topic[]
      >;
      if ([...subscribe, ...unsubscribe].some((topic) => !TOPICS.includes(topic)))
        throw new Error('no such topic');
      subscribe.forEach((topic) => topics.add(topic));
      unsubscribe.forEach((topic) => topics.delete(topic));
      client.send(JSON.stringify([{ topic: 'subscribed', seq: this.feed.newest, topics: [...topics] }]));
    } catch {
      client.close(POLICY_VIOLATION, 'Say {"subscribe":["orders"]} or {"unsubscribe":["orders"]}');
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

function refuse(socket: Duplex, error: unknown): void {
  const code = error instanceof TradingFailure ? error.code : 'MESSAGE_MALFORMED';
  const kind = error instanceof TradingFailure ? error.kind : 'INVALID';
  const line =
    {
      UNAUTHORIZED: '401 Unauthorized',
      FORBIDDEN: '403 Forbidden',
      NOT_FOUND: '404 Not Found',
      UNAVAILABLE: '503 Service Unavailable',
    }[kind as string] ?? '400 Bad Request';
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${line}\r\ncontent-type: application/problem+json\r\nconnection: close\r\n\r\n{"code":"${code}"}`,
  );
}
