/** The whole exchange in one object: it loads its market, serves REST and streams, and runs the clockwork. */
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { Measure } from './admin/measure';
import { windowRule } from './domain/meters';
import { toMoney } from './domain/scaled';
import { ExchangeClock, SystemClock } from './exchange-clock';
import { openRecording, readRecording } from './feed/recording';
import { Replay } from './feed/replay';
import { SHIPPED_RECORDINGS, shippedRecording, symbolRow } from './feed/symbol-rows';
import { FuturesVenue } from './futures-venue';
import { PaperExchangeConfig } from './paper-exchange.config';
import { futuresAccountRoutes } from './rest/futures-account';
import { futuresAlgoRoutes } from './rest/futures-algo';
import { futuresMarketRoutes } from './rest/futures-market';
import { futuresOrderRoutes } from './rest/futures-orders';
import { MeterBook } from './rest/meter-book';
import { RestServer } from './rest/rest-server';
import { KeyRing } from './rest/signature';
import { ListenKeys, listenKeyRoutes } from './streams/listen-keys';
import { StreamHub } from './streams/stream-hub';
import { StreamServer } from './streams/stream-server';
import { listenKeyExpiredPayload } from './streams/user-payloads';
import { UserStreams } from './streams/user-streams';
import { Trouble } from './trouble/trouble';

export const ELVIS_ACCOUNT = 'elvis';
export const OTHER_ACCOUNT = 'other';

const SHORTEST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 20;
const FIRST_BAN_MS = 120_000;
const LONGEST_BAN_MS = 3 * 86_400_000;
const DAY_MS = 86_400_000;

export class PaperExchange {
  readonly trouble: Trouble;
  readonly measure = new Measure();
  readonly futures: FuturesVenue;
  readonly users: UserStreams;
  readonly listenKeys = new ListenKeys();
  readonly meters: { readonly futures: MeterBook; readonly spot: MeterBook; readonly sapi: MeterBook };
  readonly keys: KeyRing;
  streamServer!: StreamServer;
  /** How long an accepted order stays invisible to `GET order`. */
  visibilityDelayMs = 0;
  latencyMs: number;
  /** One sentence while the exchange cannot serve yet. */
  notReady: string | undefined = 'the market is still loading';
  retryAfter: boolean;
  readonly replays = new Map<string, Replay>();
  readonly hubs = { futures: new StreamHub(), spot: new StreamHub() };
  private readonly server: Server;
  private timer: NodeJS.Timeout | undefined;
  private pinger: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: PaperExchangeConfig,
    readonly clock: ExchangeClock = new SystemClock(),
    private readonly onBug: (error: unknown) => void = () => undefined,
  ) {
    this.trouble = new Trouble(config.PAPER_SEED);
    this.latencyMs = config.PAPER_LATENCY_MS;
    this.retryAfter = config.PAPER_RETRY_AFTER === 'on';
    this.users = new UserStreams(this.trouble);
    this.futures = new FuturesVenue(this.hubs.futures, this.users);
    this.meters = metersOf(config);
    this.keys = new KeyRing([
      { account: ELVIS_ACCOUNT, apiKey: config.BINANCE_API_KEY, apiSecret: config.BINANCE_API_SECRET },
      {
        account: OTHER_ACCOUNT,
        apiKey: config.PAPER_OTHER_API_KEY,
        apiSecret: config.PAPER_OTHER_API_SECRET,
      },
    ]);
    for (const account of [ELVIS_ACCOUNT, OTHER_ACCOUNT])
      this.futures.openAccount(account, config.PAPER_BALANCE);
    this.listenKeys.onEnd = (listenKey, account, expired, now) =>
      this.users.endKey(listenKey, account, expired ? listenKeyExpiredPayload(listenKey, now) : undefined);
    this.server = createServer({ keepAliveTimeout: 65_000 });
  }

  /** Loads the market and starts to serve. */
  async start(): Promise<{ readonly port: number }> {
    await this.loadRecordings();
    this.futures.markNow(this.clock.now());
    const rest = this.restServer();
    this.server.on('request', (request, response) => rest.handle(request, response));
    this.streamServer = new StreamServer(
      this.hubs.futures,
      this.hubs.spot,
      this.users,
      this.listenKeys,
      this.clock,
      {
        lifeMs: DAY_MS,
        pingEveryMs: 180_000,
        pongWithinMs: 600_000,
        messagesPerSecond: 10,
        answersPings: true,
      },
    );
    this.streamServer.attach(this.server);
    const port = await listen(this.server, this.config.PAPER_PORT, this.config.PAPER_HOST);
    this.schedule();
    this.pinger = setInterval(() => this.streamServer.pingAll(), this.streamServer.settings.pingEveryMs);
    this.notReady = undefined;
    return { port };
  }

  /** Plays everything that is due by now. */
  advance(): void {
    const until = this.clock.steady();
    for (let next = this.earliest(); next && next.nextDue <= until; next = this.earliest()) {
      const time = this.clock.stamp(next.nextDue);
      next.playOne(time);
      this.futures.tick(time);
    }
    const now = this.clock.now();
    this.futures.tick(now);
    this.listenKeys.expire(now);
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    clearInterval(this.pinger);
    this.streamServer?.close();
    this.server.closeAllConnections();
    await closed(this.server);
  }

  /** The replay whose event comes first, so that several symbols play in the order of time. */
  private earliest(): Replay | undefined {
    let earliest: Replay | undefined;
    for (const replay of this.replays.values())
      if (!earliest || replay.nextDue < earliest.nextDue) earliest = replay;
    return earliest;
  }

  private schedule(): void {
    const now = this.clock.steady();
    const due = Math.min(this.earliest()?.nextDue ?? Infinity, now + LONGEST_WAIT_MS);
    this.timer = setTimeout(
      () => {
        try {
          this.advance();
          this.streamServer.tick();
        } catch (error) {
          this.onBug(error);
        }
        this.schedule();
      },
      Math.max(due - now, SHORTEST_WAIT_MS),
    );
  }

  private restServer(): RestServer {
    const { exchange, controls, rows } = this.futures;
    const { futures, spot, sapi } = this.meters;
    const rest = new RestServer(
      [
        ...futuresMarketRoutes({
          exchange,
          rows,
          rateLimits: futures.rules,
          tape: (symbol) => this.futures.tape(symbol),
        }),
        ...futuresOrderRoutes(exchange, {
          visible: (order, now) => now - order.time >= this.visibilityDelayMs,
        }),
        ...futuresAccountRoutes(exchange, controls, futures.rules.orders),
        ...futuresAlgoRoutes(exchange, this.futures.algos),
        ...listenKeyRoutes(this.listenKeys),
      ],
      {
        futures: { name: 'futures', meters: futures },
        spot: { name: 'spot', meters: spot },
        sapi: { name: 'sapi', meters: sapi },
      },
      this.keys,
      this.clock,
      this.trouble,
      this.measure,
      {
        latencyMs: () => this.latencyMs,
        retryAfter: (market) => market !== 'futures' || this.retryAfter,
      },
    );
    rest.onBug = this.onBug;
    return rest;
  }

  private async loadRecordings(): Promise<void> {
    const files = this.config.PAPER_RECORDINGS ?? this.shippedFiles();
    for (const file of files) {
      const source = await openRecording(file.split('+'));
      if (source.market !== 'futures') continue;
      const row = symbolRow(source.market, source.symbol);
      const now = this.clock.now();
      const symbol = this.futures.addSymbol(row, {
        updateId: 0,
        tradeId: 1,
        maxOrders: this.config.PAPER_MAX_OPEN_ORDERS,
        now,
      });
      const recording = readRecording(source, symbol.instrument);
      symbol.market.startIds(recording.firstUpdateId, recording.firstTradeId);
      const replay = new Replay(
        recording,
        {
          market: symbol.market,
          recordedMark: ({ markPrice, indexPrice }) =>
            this.futures.recordedMark(symbol, toMoney(markPrice), toMoney(indexPrice)),
        },
        this.config.PAPER_SPEED,
        this.clock.steady(),
      );
      this.replays.set(`${source.market}:${source.symbol}`, replay);
    }
  }

  private shippedFiles(): string[] {
    return this.config.SYMBOLS.flatMap((symbol) => {
      const file = (SHIPPED_RECORDINGS.futures as Record<string, string>)[symbol];
      return file ? [shippedRecording(file)] : [];
    });
  }
}

function metersOf(config: PaperExchangeConfig) {
  const scale = config.PAPER_WINDOW_SCALE;
  const bans = {
    refusalsBeforeBan: config.PAPER_REFUSALS_BEFORE_BAN,
    firstBanMs: FIRST_BAN_MS * scale,
    longestBanMs: LONGEST_BAN_MS * scale,
  };
  return {
    futures: new MeterBook({
      weight: windowRule('MINUTE', 1, config.PAPER_WEIGHT_1M, scale),
      orders: [
        windowRule('SECOND', 10, config.PAPER_ORDERS_10S, scale),
        windowRule('MINUTE', 1, config.PAPER_ORDERS_1M, scale),
      ],
      bans,
    }),
    spot: new MeterBook({
      weight: windowRule('MINUTE', 1, config.PAPER_SPOT_WEIGHT_1M, scale),
      orders: [
        windowRule('SECOND', 10, config.PAPER_SPOT_ORDERS_10S, scale),
        windowRule('DAY', 1, config.PAPER_SPOT_ORDERS_1D, scale),
      ],
      bans,
    }),
    sapi: new MeterBook({ weight: windowRule('MINUTE', 1, 12_000, scale), orders: [], bans }),
  };
}

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
