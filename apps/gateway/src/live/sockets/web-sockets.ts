/**
 * `/api/v1/stream`: an upgrade passes the same front as every request, so it is limited, authenticated and recorded like
 * one; then messages come as JSON arrays. A client says what it wants with `{"subscribe":[...]}`, `{"unsubscribe":[...]}`
 * and `{"hidden":true}`, or `?topics=` at the start, asks for the time with `{"ping":1}`, and goes on where it stopped
 * with `?since=<life>-<seq>`.
 */
import { LOG, Log, Metrics } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { GatewayConfig } from '../../gateway.config';
import { Connections } from '../../http/connections';
import { Caller, ownerOf } from '../../identity/caller';
import { marketTopicName } from '../domain/market-topic';
import { COMPRESSION } from '../frames/frame';
import { MessageFrames } from '../frames/message-frames';
import { LiveMessages } from '../live-messages';
import { KnownSymbols } from '../market/known-symbols';
import { TopicFeeds } from '../market/topic-feeds';
import { OpenStreams } from '../open-streams';
import { StreamPlaces } from '../stream-places';
import { LiveMessage, isFor } from '../topics';
import { ClientWords, TopicName, readClientWords } from './client-words';
import { TOPICS_AT_MOST } from './market-lanes';
import { MessagePace } from './message-pace';
import { StreamClient } from './stream-client';
import { Ticks } from './ticks';

const LAST_WORDS_MS = 2_000;
/** Of all clients together: what waits for the slowest must not take the memory of the gateway. */
const UNSENT_IN_ALL_BYTES = 256 * 1_024 * 1_024;
const LOOK_AT_ALL_MS = 1_000;
/** 200 topics with long names fit. */
const MESSAGE_BYTES = 16_384;
/** The client is too slow: it may come back, and begin again with what is newest. */
const TOO_SLOW = 4008;
const POLICY_VIOLATION = 1008;
const UNKNOWN = 'The exchange does not list such a symbol';
const FULL = `A stream has ${TOPICS_AT_MOST} market topics at most; unsubscribe from some, or open another stream`;
const GOING_AWAY = 1001;
const ADDRESS = '/api/v1/stream';

interface Upgrade {
  readonly socket: Socket;
  readonly head: Buffer;
}

/** What the client asked for in its address. */
export interface StreamWish {
  readonly topics: readonly TopicName[];
  readonly since?: string;
}

@Injectable()
export class WebSockets {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES,
    perMessageDeflate: COMPRESSION,
  });
  private readonly upgrades = new WeakMap<IncomingMessage, Upgrade>();
  private readonly streamClients = new Map<StreamClient, (reason: string) => void>();
  private readonly frames = new MessageFrames();
  private lookAtAll: NodeJS.Timeout | undefined;
  private opened = 0;
  private readonly cuts;

  constructor(
    private readonly messages: LiveMessages,
    private readonly feeds: TopicFeeds,
    private readonly symbols: KnownSymbols,
    private readonly ticks: Ticks,
    private readonly config: GatewayConfig,
    private readonly streams: OpenStreams,
    private readonly places: StreamPlaces,
    private readonly connections: Connections,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    metrics.gaugeOf(
      'gateway_stream_clients',
      'WebSocket clients that are connected',
      () => this.streamClients.size,
    );
    metrics.gaugeOf('gateway_stream_unsent_bytes', 'Bytes that wait for WebSocket clients', () =>
      this.unsentInAll(),
    );
    this.cuts = metrics.counter(
      'gateway_stream_cuts_total',
      'WebSocket clients that were cut off as too slow',
      [],
    );
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
    this.lookAtAll = setInterval(() => this.boundMemory(), LOOK_AT_ALL_MS).unref();
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
      this.welcome(client, upgrade.socket, caller, wish),
    );
  }

  /** Tells every client to come back elsewhere. */
  close(): void {
    clearInterval(this.lookAtAll);
    for (const client of this.server.clients)
      client.close(GOING_AWAY, 'This gateway is shutting down; reconnect');
    setTimeout(() => this.server.clients.forEach((client) => client.terminate()), LAST_WORDS_MS).unref();
  }

  private welcome(client: WebSocket, socket: Socket, caller: Caller, wish: StreamWish): void {
    const cut = (reason: string): void => {
      this.cuts.inc();
      this.endSoon(client, TOO_SLOW, reason);
    };
    const { feeds, ticks, frames, messages } = this;
    this.opened += 1;
    const stream = new StreamClient(
      { client, socket, cut },
      { feeds, ticks, frames },
      this.opened,
      performance.now(),
    );
    const missed = wish.since === undefined ? [] : messages.since(wish.since);
    stream.subscribe(wish.topics.filter((topic) => 'account' in topic));
    const { life, newest: seq } = messages;
    stream.say({ topic: 'welcome', life, seq, topics: stream.topicNames, gap: !missed });
    // In the order in which it was said, although symbols may have to be looked up.
    let heard = Promise.resolve();
    const hear = (words: ClientWords): void =>
      void (heard = heard.then(() => this.hear(client, stream, words)));
    const market = wish.topics.filter((topic) => 'market' in topic);
    if (market.length > 0) hear({ subscribe: market, unsubscribe: [] });
    const owner = ownerOf(caller);
    const deliver = (message: LiveMessage): void => {
      if (isFor(owner, message)) stream.deliver(message);
    };
    missed?.forEach(deliver);
    const stop = messages.listen(deliver, stream.topics);
    const ended = this.streams.opened(caller, (reason) => this.endSoon(client, POLICY_VIOLATION, reason));
    this.streamClients.set(stream, cut);
    const pace = new MessagePace(performance.now());
    const isBearable = (): boolean => this.isBearable(client, pace);
    client.on('pong', (payload) => isBearable() && stream.answered(payload, performance.now()));
    client.on('ping', isBearable);
    client.on('message', (data) => {
      if (!isBearable()) return;
      const words = readClientWords((data as Buffer).toString());
      // At once: a client measures its way here with it.
      if (words?.ping !== undefined) stream.say({ topic: 'pong', ping: words.ping, atMs: Date.now() });
      if (words && saysMore(words)) hear(words);
      else if (!words)
        this.endSoon(client, POLICY_VIOLATION, 'Unknown topic or message; send {"subscribe":["orders"]}');
    });
    client.on('error', (error) =>
      this.log.debug(
        { reason: error.message },
        'The connection of a WebSocket client failed; its stream was closed',
      ),
    );
    client.on('close', () => {
      ended();
      stop();
      stream.close();
      this.streamClients.delete(stream);
    });
  }

  /** Each word of a client costs an answer, if only a pong: one that says too much is cut off. */
  private isBearable(client: WebSocket, pace: MessagePace): boolean {
    if (client.readyState !== WebSocket.OPEN) return false;
    if (pace.allows(performance.now())) return true;
    this.endSoon(client, POLICY_VIOLATION, 'Stream closed: the client sent too many messages; reconnect');
    return false;
  }

  private async hear(client: WebSocket, stream: StreamClient, words: ClientWords): Promise<void> {
    const { known, unknown } = await this.sorted(words.subscribe);
    if (client.readyState !== WebSocket.OPEN) return;
    const nowMs = performance.now();
    stream.unsubscribe(words.unsubscribe);
    const tooMany = stream.subscribe(known);
    stream.say({ topic: 'subscribed', seq: this.messages.newest, topics: stream.topicNames });
    if (unknown.length > 0) stream.say({ topic: 'refused', topics: unknown, reason: UNKNOWN });
    if (tooMany.length > 0) stream.say({ topic: 'refused', topics: tooMany, reason: FULL });
    stream.start(nowMs);
    if (words.hidden !== undefined) stream.setHidden(words.hidden, nowMs);
  }

  private async sorted(topics: readonly TopicName[]): Promise<{ known: TopicName[]; unknown: string[] }> {
    const isKnown = async (topic: TopicName): Promise<boolean> =>
      'account' in topic || this.symbols.isKnown(topic.market);
    const are = await Promise.all(topics.map(isKnown));
    return {
      known: topics.filter((_, index) => are[index]),
      unknown: topics.flatMap((topic, index) =>
        are[index] || 'account' in topic ? [] : [marketTopicName(topic.market)],
      ),
    };
  }

  /** Says why, takes nothing more in, and does not wait long for the client's farewell. */
  private endSoon(client: WebSocket, code: number, reason: string): void {
    client.close(code, reason);
    client.pause();
    const end = setTimeout(() => client.terminate(), LAST_WORDS_MS).unref();
    client.once('close', () => clearTimeout(end));
  }

  /** What waits for all clients together is bounded: the one for which most waits goes first. */
  private boundMemory(): void {
    let inAll = this.unsentInAll();
    if (inAll <= UNSENT_IN_ALL_BYTES) return;
    const waiting = [...this.streamClients].map(([stream, cut]) => ({ bytes: stream.unsentBytes, cut }));
    for (const { bytes, cut } of waiting.sort((left, right) => right.bytes - left.bytes)) {
      if (inAll <= UNSENT_IN_ALL_BYTES) return;
      inAll -= bytes;
      cut('Stream closed: the gateway holds too much for slow clients, most of it for this one; reconnect');
    }
  }

  private unsentInAll(): number {
    let bytes = 0;
    for (const stream of this.streamClients.keys()) bytes += stream.unsentBytes;
    return bytes;
  }
}

const saysMore = ({ subscribe, unsubscribe, hidden, ping }: ClientWords): boolean =>
  ping === undefined || subscribe.length > 0 || unsubscribe.length > 0 || hidden !== undefined;

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
