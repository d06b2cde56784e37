/** The whole exchange in one object: it loads its market, serves REST and streams, and runs the clockwork. */
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { CoinbaseServer } from '../coinbase/coinbase-server';
import { derivedMarkets } from '../coinbase/derived-market';
import { Measure } from '../meters/measure';
import { PaperClock, WallClock } from '../faults/paper-clock';
import { MarketFeed } from '@elvis/simulation';
import { FuturesMarket } from '../markets/futures-market';
import { metersOf } from '../meters/meters-of-markets';
import { MarketOpener } from '../markets/open-markets';
import { PaperExchangeConfig } from '../paper-exchange.config';
import { MarketMeters } from '../meters/market-meters';
import { RestServer } from '../rest/rest-server';
import { KeyRing } from '../rest/signature';
import { ListenKeys } from '../streams/listen-keys';
import { isKnownStream } from '../streams/known-streams';
import { StreamHub } from '../streams/stream-hub';
import { StreamServer } from '../streams/stream-server';
import { listenKeyExpiredPayload } from '../streams/user-payloads';
import { UserStreams } from '../streams/user-streams';
import { FUTURES_METHODS, SPOT_METHODS, WebSocketApi } from '../streams/websocket-api';
import { servedCalls } from './served-calls';
import { restoreSnapshot, writeSnapshot } from './snapshot';
import { SpotMarket, spotChannel } from '../markets/spot-market';
import { Takes } from '../rest/parameters/takes';
import { ServedRoute } from '../rest/parameters/served-routes';
import { Behaviour } from '../faults/behaviour';
import { Faults } from '../faults/faults';

const ELVIS_ACCOUNT = 'elvis';
const OTHER_ACCOUNT = 'other';

const SHORTEST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 20;
/** How long the market may keep the process to itself. */
const LONGEST_TURN_MS = 25;
/** So far the market may come behind the clock; beyond that it is played slower than it was told to. */
const FURTHEST_BEHIND_MS = 250;
const JUST_BEFORE_MS = 0.001;
const DAY_MS = 86_400_000;
/** How often orders too old to be asked after are forgotten. */
const SWEEP_MS = 60_000;

export class PaperExchange {
  readonly faults: Faults;
  readonly measure = new Measure();
  readonly futures: FuturesMarket;
  readonly spot: SpotMarket;
  readonly users: UserStreams;
  readonly listenKeys = new ListenKeys();
  readonly meters: {
    readonly futures: MarketMeters;
    readonly spot: MarketMeters;
    readonly sapi: MarketMeters;
  };
  readonly keys: KeyRing;
  streamServer!: StreamServer;
  coinbase!: CoinbaseServer;
  readonly behaviour: Behaviour;
  /** One sentence while the exchange cannot serve yet. */
  notReady: string | undefined = 'Market data is still loading';
  /** By market and symbol, `futures:BTCUSDT` say. */
  feeds: ReadonlyMap<string, MarketFeed> = new Map();
  /** Those of the feeds that have a pace of their own. */
  private played: readonly MarketFeed[] = [];
  readonly hubs = { futures: new StreamHub(), spot: new StreamHub() };
  private readonly server: Server;
  private timer: NodeJS.Timeout | undefined;
  private nextSweep = 0;

  constructor(
    private readonly config: PaperExchangeConfig,
    readonly clock: PaperClock = new WallClock(),
    private readonly onBug: (error: unknown) => void = () => undefined,
    private readonly onMessage: (message: string) => void = () => undefined,
  ) {
    this.faults = new Faults(config.PAPER_SEED);
    this.behaviour = new Behaviour(config.PAPER_LATENCY_MS, config.PAPER_RETRY_AFTER === 'on');
    this.users = new UserStreams(this.faults);
    this.meters = metersOf(config);
    this.futures = new FuturesMarket(
      this.hubs.futures,
      this.users,
      this.faults,
      config.PAPER_CLOSED_ORDERS_KEPT,
    );
    this.spot = new SpotMarket(
      this.hubs.spot,
      this.users,
      this.faults,
      (account, maker, time) => this.meters.spot.orders(account).giveBack(maker ? 5 : 1, time),
      config.PAPER_CLOSED_ORDERS_KEPT,
    );
    this.keys = new KeyRing([
      { account: ELVIS_ACCOUNT, apiKey: config.BINANCE_API_KEY, apiSecret: config.BINANCE_API_SECRET },
      {
        account: OTHER_ACCOUNT,
        apiKey: config.PAPER_OTHER_API_KEY,
        apiSecret: config.PAPER_OTHER_API_SECRET,
      },
    ]);
    for (const account of [ELVIS_ACCOUNT, OTHER_ACCOUNT]) {
      this.futures.openAccount(account, config.PAPER_BALANCE, this.clock.now());
      this.spot.openAccount(account, config.PAPER_BALANCE, this.clock.now());
    }
    this.listenKeys.onEnd = (listenKey, account, expired, now) =>
      this.users.endKey(listenKey, account, expired ? listenKeyExpiredPayload(listenKey, now) : undefined);
    this.server = createServer({ keepAliveTimeout: 65_000 });
  }

  /** Loads the market; nothing is served yet, and nothing moves but by `advance`. */
  async open(): Promise<void> {
    const opener = new MarketOpener(this.config, this.futures, this.spot, this.clock, this.onMessage);
    this.feeds = await opener.open();
    this.played = [...this.feeds.values()].filter(({ nextDue }) => nextDue < Infinity);
    this.futures.markNow(this.clock.now());
    if (this.config.PAPER_SNAPSHOT)
      await restoreSnapshot(this.config.PAPER_SNAPSHOT, this.futures, this.spot);
  }

  /** Back to the beginning: no orders, no positions, the opening balance. */
  reset(id: string): void {
    const now = this.clock.now();
    const { exchange, algos } = this.futures;
    const account = exchange.accounts.get(id)!;
    for (const symbol of exchange.symbols.keys()) {
      exchange.cancelAll(account, symbol, now);
      algos.cancelAll(account, symbol, now);
    }
    const spot = this.spot.exchange.accounts.get(id)!;
    for (const order of spot.openOrders()) this.spot.exchange.close(spot, order, 'CANCELED', now);
    this.futures.openAccount(id, this.config.PAPER_BALANCE, now);
    this.spot.openAccount(id, this.config.PAPER_BALANCE, now);
  }

  /** Writes accounts and balances to the snapshot file, or to another one. */
  async saveSnapshot(file = this.config.PAPER_SNAPSHOT): Promise<string | undefined> {
    if (file) await writeSnapshot(file, this.futures, this.spot);
    return file;
  }

  /** Hears every user event, trade and depth change as the text that travels: the event log. */
  onEvent(hear: (line: string) => void): void {
    this.users.onEvent((account, _type, payload) => hear(`${account} ${payload}`));
    for (const hub of [this.hubs.futures, this.hubs.spot])
      hub.tap = (stream, payload) => hear(`${stream} ${payload}`);
  }

  /** Loads the market and starts to serve. */
  async start(): Promise<{ readonly port: number }> {
    await this.open();
    const routes = this.routes();
    const rest = this.restServer(routes);
    this.server.on('request', (request, response) => rest.handle(request, response));
    this.streamServer = new StreamServer(
      this.hubs.futures,
      this.hubs.spot,
      this.users,
      this.listenKeys,
      this.clock,
      (market, stream) => isKnownStream(market, stream, (symbol) => this.plays(market, symbol)),
      {
        lifeMs: DAY_MS,
        pings: {
          futures: { everyMs: 180_000, withinMs: 600_000 },
          spot: { everyMs: 20_000, withinMs: 60_000 },
        },
        messagesPerSecond: { futures: 10, spot: 5 },
        answersPings: true,
      },
    );
    this.serveApis(routes);
    this.coinbase = new CoinbaseServer(
      derivedMarkets(this.futures, this.config.PAPER_SEED),
      this.faults,
      this.clock,
    );
    this.streamServer.serve('/coinbase', ({ socket }) => this.coinbase.opened(socket));
    this.streamServer.attach(this.server);
    const port = await listen(this.server, this.config.PAPER_PORT, this.config.PAPER_HOST);
    this.schedule();
    this.notReady = undefined;
    return { port };
  }

  private plays(market: 'futures' | 'spot', symbol: string): boolean {
    return market === 'spot'
      ? this.spot.exchange.markets.has(symbol)
      : this.futures.exchange.symbols.has(symbol);
  }

  /** What it serves, as `GET /fapi/v1/time`. */
  served(): string[] {
    return this.routes().map(({ method, path }) => `${method} ${path}`);
  }

  /** The parameters of a call. */
  takenBy(call: string): Takes | undefined {
    return this.routes().find(({ method, path }) => `${method} ${path}` === call)?.takes;
  }

  securityOf(call: string): string | undefined {
    return this.routes().find(({ method, path }) => `${method} ${path}` === call)?.security;
  }

  /**
   * Plays what is due by now, and answers until when it has, on the steady clock; on a machine too slow for the pace only
   * for so long, so that calls are answered too, and what is left then comes later: events that are stamped long ago beside
   * marks of now no exchange would send.
   */
  advance(mostMs = Infinity): number {
    const until = this.clock.steady();
    let playedTo = until;
    for (let next = this.earliest(); next && next.nextDue <= until; next = this.earliest()) {
      if (this.clock.steady() - until > mostMs) {
        this.slip(next.nextDue, until - next.nextDue - FURTHEST_BEHIND_MS);
        playedTo = next.nextDue - JUST_BEFORE_MS;
        break;
      }
      const time = this.clock.stamp(next.nextDue);
      next.playOne(time);
      this.futures.tick(time);
      this.spot.tick(time);
    }
    const now = this.clock.now();
    this.futures.tick(now);
    this.spot.tick(now);
    this.listenKeys.expire(now);
    if (now < this.nextSweep) return playedTo;
    this.nextSweep = now + SWEEP_MS;
    for (const account of this.futures.exchange.accounts.values()) account.forgetOld(now);
    for (const account of this.spot.exchange.accounts.values()) account.forgetOld(now);
    return playedTo;
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    for (const feed of this.feeds.values()) feed.close?.();
    this.streamServer?.close();
    this.server.closeAllConnections();
    await closed(this.server);
    await this.saveSnapshot();
  }

  /** The replay whose event comes first, so that several symbols play in the order of time. */
  private earliest(): MarketFeed | undefined {
    let earliest: MarketFeed | undefined;
    for (const replay of this.played) if (!earliest || replay.nextDue < earliest.nextDue) earliest = replay;
    return earliest;
  }

  /** @param dueMs when the first was due that was not played */
  private slip(dueMs: number, ms: number): void {
    if (ms <= 0) return;
    this.measure.slipped(dueMs, ms);
    for (const feed of this.played) feed.slip?.(ms);
  }

  private schedule(): void {
    const now = this.clock.steady();
    const due = Math.min(this.earliest()?.nextDue ?? Infinity, now + LONGEST_WAIT_MS);
    this.timer = setTimeout(
      () => {
        try {
          this.advance(LONGEST_TURN_MS);
          this.streamServer.tick();
          this.coinbase.tick();
        } catch (error) {
          this.onBug(error);
        }
        this.schedule();
      },
      Math.max(due - now, SHORTEST_WAIT_MS),
    );
  }

  private routes(): ServedRoute[] {
    return servedCalls(this, this.config.PAPER_WINDOW_SCALE);
  }

  private serveApis(routes: readonly ServedRoute[]): void {
    const shared = {
      routes: new Map(routes.map((route) => [`${route.method} ${route.path}`, route])),
      keys: this.keys,
      clock: this.clock,
      measure: this.measure,
      users: this.users,
    };
    const spot = new WebSocketApi({
      ...shared,
      methods: SPOT_METHODS,
      meters: this.meters.spot,
      handshakeWeight: 2,
      channel: spotChannel,
    });
    const futures = new WebSocketApi({
      ...shared,
      methods: FUTURES_METHODS,
      meters: this.meters.futures,
      handshakeWeight: 5,
    });
    this.streamServer.serve('/ws-api/v3', (client, { socket }) =>
      spot.opened(client, socket.remoteAddress ?? ''),
    );
    this.streamServer.serve('/ws-fapi/v1', (client, { socket }) =>
      futures.opened(client, socket.remoteAddress ?? ''),
    );
  }

  private restServer(routes: readonly ServedRoute[]): RestServer {
    const { futures, spot, sapi } = this.meters;
    const rest = new RestServer(
      routes,
      {
        futures: { name: 'futures', meters: futures },
        spot: { name: 'spot', meters: spot },
        sapi: { name: 'sapi', meters: sapi },
      },
      this.keys,
      this.clock,
      this.faults,
      this.measure,
      this.behaviour,
    );
    rest.onBug = this.onBug;
    rest.onOrder = (call, text) => {
      const atMs = this.advance(LONGEST_TURN_MS) + this.clock.shiftMs;
      this.measure.met(call, text, atMs);
      return atMs;
    };
    return rest;
  }
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
