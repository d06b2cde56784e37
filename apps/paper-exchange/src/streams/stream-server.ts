/**
 * The WebSocket front: `/public`, `/market` and `/private` for futures, `/ws` and `/stream` for spot.
 *
 * A stream asked for on the wrong route connects, answers pings, and stays silent, as the real one does; one that does
 * not exist is refused.
 */
import { IncomingMessage, Server } from 'node:http';
import { Duplex } from 'node:stream';
import { RawData, WebSocket, WebSocketServer } from 'ws';
import { PaperClock } from '../faults/paper-clock';
import { isMicroseconds } from '../json/time-unit';
import { ClientSocket } from './client-socket';
import { routeOf } from './futures-streams';
import { ListenKeys } from './listen-keys';
import { StreamHub } from './stream-hub';
import { UserStreams } from './user-streams';

/** How often a connection is pinged, and how long it may leave a ping without its answer. */
interface Pings {
  readonly everyMs: number;
  readonly withinMs: number;
}

interface StreamSettings {
  /** How long a connection may live: 24 hours on the real one. */
  lifeMs: number;
  readonly pings: { readonly futures: Pings; readonly spot: Pings };
  /** Client messages a second, control frames included, before the connection is cut. */
  readonly messagesPerSecond: { readonly futures: number; readonly spot: number };
  /** Whether pings are answered; off, the exchange seems dead. */
  answersPings: boolean;
}

/** A path that is not about streams: a WebSocket API. */
type ApiHandler = (client: ClientSocket, request: IncomingMessage) => void;

export class StreamServer {
  private readonly sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    autoPong: false,
  });
  private readonly clients = new Set<ClientSocket>();
  private readonly apis = new Map<string, ApiHandler>();

  constructor(
    private readonly futures: StreamHub,
    private readonly spot: StreamHub,
    private readonly users: UserStreams,
    private readonly listenKeys: ListenKeys,
    private readonly clock: PaperClock,
    /** Whether a market has this stream. */
    private readonly knows: (market: 'futures' | 'spot', stream: string) => boolean,
    readonly settings: StreamSettings,
  ) {}

  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.sockets.handleUpgrade(request, socket, head, (connection) => this.opened(connection, request)),
    );
  }

  /** Serves a WebSocket API on this path. */
  serve(path: string, handler: ApiHandler): void {
    this.apis.set(path, handler);
  }

  /** Pings, and ends what lived too long or stopped answering. */
  tick(): void {
    const now = this.clock.steady();
    for (const client of this.clients) {
      const { everyMs, withinMs } = this.settings.pings[client.market];
      if (now - client.openedAt > this.settings.lifeMs) client.socket.close(1008, 'disconnected');
      else if (now - (client.waitsSince ?? now) > withinMs) client.socket.terminate();
      else if (now >= client.nextPing) {
        client.nextPing = now + everyMs;
        client.ping(String(this.clock.now()), now);
      }
    }
  }

  /** Cuts every connection, or those that hear user events only. */
  disconnect(which: 'all' | 'user' | 'market'): number {
    let cut = 0;
    for (const client of this.clients) {
      const isUser = client.isUser;
      if (which !== 'all' && isUser !== (which === 'user')) continue;
      client.socket.terminate();
      cut += 1;
    }
    return cut;
  }

  get count(): number {
    return this.clients.size;
  }

  close(): void {
    for (const { socket } of this.clients) socket.terminate();
    this.sockets.close();
  }

  private opened(socket: WebSocket, request: IncomingMessage): void {
    const url = new URL(request.url ?? '/', 'ws://paper');
    const market = /^\/((public|market|private)\/|ws-fapi\/)/.test(url.pathname) ? 'futures' : 'spot';
    const client = new ClientSocket(socket, market, /\/stream$/.test(url.pathname));
    client.openedAt = this.clock.steady();
    client.nextPing = client.openedAt + this.settings.pings[market].everyMs;
    this.clients.add(client);
    socket.on('close', () => {
      this.clients.delete(client);
      this.futures.unsubscribeAll(client);
      this.spot.unsubscribeAll(client);
    });
    socket.on('error', () => socket.terminate());
    socket.on('pong', (payload: Buffer) => client.answered(payload.toString()));
    const mayPass = this.flood(client, this.settings.messagesPerSecond[market]);
    socket.on('ping', (data: Buffer) => {
      if (mayPass() && this.settings.answersPings) socket.pong(data);
    });
    try {
      client.inMicroseconds = market === 'spot' && isMicroseconds(url.searchParams.get('timeUnit'));
    } catch (error) {
      return socket.close(1008, (error as Error).message);
    }
    const api = this.apis.get(url.pathname);
    if (api) return api(client, request);
    if (url.pathname.startsWith('/private')) return this.openPrivate(client, url);
    const hub = /^\/(public|market)\//.test(url.pathname) ? this.futures : this.spot;
    const route = url.pathname.startsWith('/market')
      ? 'market'
      : url.pathname.startsWith('/public')
        ? 'public'
        : undefined;
    const serves = (stream: string): boolean => route === undefined || routeOf(stream) === route;
    const requested = requestedStreams(url);
    const unknown = requested.find((stream) => !this.knows(market, stream));
    if (unknown !== undefined)
      return socket.close(1008, `Invalid request: unknown stream ${unknown}`.slice(0, 120));
    for (const stream of requested) if (serves(stream)) hub.subscribe(client, stream);
    socket.on('message', (data) => {
      if (mayPass()) this.control(client, hub, serves, textOf(data));
    });
  }

  private openPrivate(client: ClientSocket, url: URL): void {
    client.isUser = true;
    const listenKey = url.searchParams.get('listenKey');
    const account = listenKey && this.listenKeys.accountOf(listenKey, this.clock.now());
    if (!account) return client.socket.close(1008, 'Invalid listenKey');
    const events = (url.searchParams.get('events') ?? '').split('/').filter((event) => event !== '');
    this.users.join(account, client, listenKey, events);
  }

  /** Answers whether another message may come; cuts the connection when too many did. */
  private flood(client: ClientSocket, most: number): () => boolean {
    let second = 0;
    let count = 0;
    return () => {
      const now = Math.floor(this.clock.steady() / 1000);
      if (now !== second) {
        second = now;
        count = 0;
      }
      count += 1;
      if (count <= most) return true;
      client.socket.close(1008, 'Too many requests');
      return false;
    };
  }

  private control(
    client: ClientSocket,
    hub: StreamHub,
    serves: (stream: string) => boolean,
    text: string,
  ): void {
    const message = parsed(text);
    if (!message)
      return client.send('{"error":{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}}');
    const id = JSON.stringify(message.id ?? null);
    const params = Array.isArray(message.params) ? (message.params as readonly unknown[]).map(nameOf) : [];
    switch (message.method) {
      case 'SUBSCRIBE': {
        const unknown = params.find((stream) => !this.knows(client.market, stream));
        if (unknown !== undefined) return client.send(invalid(`unknown stream \`${unknown}\``, id));
        for (const stream of params) if (serves(stream)) hub.subscribe(client, stream);
        return client.send(`{"result":null,"id":${id}}`);
      }
      case 'UNSUBSCRIBE':
        for (const stream of params) hub.unsubscribe(client, stream);
        return client.send(`{"result":null,"id":${id}}`);
      case 'LIST_SUBSCRIPTIONS':
        return client.send(`{"result":${JSON.stringify([...client.streams])},"id":${id}}`);
      case 'SET_PROPERTY':
        if (params[0] === 'combined') client.combined = params[1] === 'true';
        return client.send(`{"result":null,"id":${id}}`);
      case 'GET_PROPERTY':
        return client.send(`{"result":${client.combined},"id":${id}}`);
      default:
        return client.send(
          invalid(
            `unknown variant \`${String(message.method)}\`, expected one of \`SUBSCRIBE\`, \`UNSUBSCRIBE\`, \`LIST_SUBSCRIPTIONS\`, \`SET_PROPERTY\`, \`GET_PROPERTY\``,
            id,
          ),
        );
    }
  }
}

/** `/ws/a/b`, `/stream?streams=a/b` and both behind a route; a number instead of a name is no stream. */
function requestedStreams(url: URL): string[] {
  const [, raw = ''] = /\/ws\/(.+)$/.exec(url.pathname) ?? [];
  const listed = url.searchParams.get('streams') ?? raw;
  return listed.split('/').filter((stream) => /[a-z]/i.test(stream));
}

/** What a control message names: a stream, a property or its value. */
const nameOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The answer to a message that asks for something that there is not. */
const invalid = (what: string, id: string): string =>
  `{"error":{"code":2,"msg":${JSON.stringify(`Invalid request: ${what}`)}},"id":${id}}`;

interface Control {
  readonly method?: unknown;
  readonly params?: unknown;
  readonly id?: unknown;
}

function parsed(text: string): Control | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export const textOf = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)).toString();
