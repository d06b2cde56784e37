/**
 * One market of Binance as far as it is wanted: its connections, each with the streams that may travel on it, and the
 * feeds of its symbols. What is wanted changes while they live; a connection without wanted streams is closed.
 */
import { FuturesRoute, futuresRouteOf, marketStreams, splitFrame } from '@elvis/binance';
import { VenueView, getDepth } from '@elvis/contracts';
import { Bus, Log, MARKET_RULES, SessionRules, VenueStream } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { FewAtOnce } from '../domain/few-at-once';
import { LagMeter } from '../domain/lag-meter';
import { OrderBookSnapshot } from '../domain/local-order-book';
import { MalformedMonitor } from '../domain/malformed';
import { Slowness } from '../domain/slowness';
import { MarketMessage, readStreamMessage } from '../domain/stream-messages';
import { MarketMetrics } from './market-metrics';
import { MessageTurns } from './message-turns';
import { FeedKind, StreamedKind, SymbolFeed } from './symbol-feed';
import { MarketTap } from './market-tap';

/** Half the weight of the deepest one, on futures; risk reads twenty levels. */
const SNAPSHOT_LEVELS = 500;
/**
 * With more symbols than this each begins with a small one, a fifth of the weight: 500 symbols then cost 1,000 of the
 * minute's 2,400 on futures, and a deeper one is read where it is asked for or the price moves.
 */
const DEEP_SYMBOLS = 100;
const SMALL_SNAPSHOT_LEVELS = 50;
/** Longer than execution waits for the exchange's budget: a snapshot that is given up here would still be paid for. */
const SNAPSHOT_WITHIN_MS = 12_000;
/** More at once would wait for the same budget, and be given up before it comes. */
const SNAPSHOTS_AT_ONCE = 4;
const START_GRACE_MS = 20_000;
const SUFFIXES: Readonly<Record<StreamedKind, string>> = {
  depth: 'depth@100ms',
  trades: 'aggTrade',
  marks: 'markPrice@1s',
  tickers: 'ticker',
};
/** Where a minute may pass without news, an answered ping is a sign of life. */
const QUIET_RULES: SessionRules = { ...MARKET_RULES, framesCount: true, cutMs: 10_000 };
/** Order books come ten times a second; what comes beside them is read with the next of them. */
const PRICE_RULES: SessionRules = { ...MARKET_RULES, readEveryMs: 250 };

interface Plan {
  readonly name: string;
  readonly route?: FuturesRoute;
  readonly kinds: readonly StreamedKind[];
  readonly rules: SessionRules;
}

/**
 * Futures streams have two routes; one connection carries at most 1024. What is relayed has connections of its own, what is
 * followed too comes twice: so no want of a front can disturb what risk reads.
 */
const PLANS: Readonly<Record<Market, readonly Plan[]>> = {
  futures: [
    { name: 'books', route: 'public', kinds: ['depth'], rules: MARKET_RULES },
    { name: 'prices', route: 'market', kinds: ['marks', 'trades'], rules: PRICE_RULES },
    { name: 'tickers', route: 'market', kinds: ['tickers'], rules: QUIET_RULES },
    { name: 'relayed-public', route: 'public', kinds: [], rules: QUIET_RULES },
    { name: 'relayed-market', route: 'market', kinds: [], rules: QUIET_RULES },
  ],
  spot: [
    { name: 'all', kinds: ['depth', 'trades', 'tickers'], rules: QUIET_RULES },
    { name: 'relayed', kinds: [], rules: QUIET_RULES },
  ],
};

interface Connection extends Plan {
  readonly stream: VenueStream;
  readonly malformed: MalformedMonitor;
  readonly slowness: Slowness;
}

interface Received {
  readonly text: string;
  readonly connection: Connection;
  /** On the monotonic clock. */
  readonly atMs: number;
}

export interface MarketParts {
  readonly bus: Bus;
  readonly metrics: MarketMetrics;
  readonly tap: MarketTap;
  readonly log: Log;
}

export class BinanceMarket {
  readonly venue: string;
  readonly feeds = new Map<string, SymbolFeed>();
  private readonly connections: readonly Connection[];
  private readonly lag = {
    depth: new LagMeter(),
    mark: new LagMeter(),
    trade: new LagMeter(),
    ticker: new LagMeter(),
  };
  private readonly turns = new MessageTurns<Received>(
    () => {
      for (const { stream } of this.connections) stream.readNow();
    },
    (received) => this.handleAll(received),
  );
  /** A book that is there already waits for those that are not. */
  private readonly snapshots = { first: new FewAtOnce(SNAPSHOTS_AT_ONCE), deeper: new FewAtOnce(1) };
  private malformed = 0;

  constructor(
    readonly market: Market,
    private readonly origin: string,
    private readonly parts: MarketParts,
  ) {
    this.venue = `binance-${market}`;
    this.connections = PLANS[market].map((plan) => this.connection(plan));
  }

  /** Follows exactly this, kinds by symbol, and relays exactly these streams. */
  want(wanted: ReadonlyMap<string, ReadonlySet<FeedKind>>, relayed: ReadonlySet<string>): void {
    for (const [symbol, feed] of this.feeds) {
      if (wanted.has(symbol)) continue;
      feed.stop();
      this.feeds.delete(symbol);
      this.parts.metrics.forget(this.market, symbol);
    }
    for (const [symbol, kinds] of wanted) {
      const feed = this.feeds.get(symbol) ?? this.feed(symbol);
      this.feeds.set(symbol, feed);
      feed.want(kinds);
    }
    for (const connection of this.connections)
      connection.stream.want(this.namesOn(connection, wanted, relayed));
    this.parts.tap.followCandles(
      this.market,
      symbolsOf(wanted, 'trades'),
      symbolsOf(wanted, 'shown-candles'),
    );
  }

  heartbeat(): void {
    for (const [symbol, { sync, quotes }] of this.feeds) {
      quotes.heartbeat();
      this.parts.metrics.showAges(this.market, symbol, sync.ageMs(), quotes.markAgeMs());
    }
  }

  stop(): void {
    this.turns.stop();
    for (const { stream } of this.connections) stream.stop();
    for (const feed of this.feeds.values()) feed.stop();
  }

  report(): VenueView {
    return {
      venue: this.venue,
      use: 'trade',
      connections: this.connections.map(({ name, stream }) => ({ name, ...stream.status() })),
      feeds: [...this.feeds.values()].map((feed) => feed.report()),
      malformed: this.malformed,
    };
  }

  private feed(symbol: string): SymbolFeed {
    const { metrics, log, bus } = this.parts;
    return new SymbolFeed(this.market, symbol, bus, (...wanted) => this.fetchSnapshot(...wanted), {
      onResync: (_, reason) => {
        metrics.resyncs.inc({ market: this.market, symbol, reason });
        log.warn(
          { market: this.market, symbol, reason },
          'The order book of a symbol can no longer be followed; a new snapshot is being loaded',
        );
      },
      onSnapshotFailure: (_, error) => {
        // While the services start together, execution may come last.
        const isStarting = performance.now() < START_GRACE_MS;
        log[isStarting ? 'info' : 'warn'](
          { market: this.market, symbol, err: error },
          'The snapshot of an order book could not be read from execution; retrying. Its quotes are stale until then',
        );
      },
    });
  }

  private connection(plan: Plan): Connection {
    const { venue } = this;
    const { metrics, log } = this.parts;
    const stream = new VenueStream(
      marketStreams(this.origin, plan.route),
      {
        onConnected: () => {
          this.turns.handleNow();
          if (plan.kinds.includes('depth'))
            for (const { sync } of this.feeds.values()) sync.onNewConnection();
          if (plan.kinds.includes('trades')) this.parts.tap.connected(this.market);
        },
        onLive: () => log.info({ venue, stream: plan.name }, 'A market stream of the exchange is connected'),
        onText: (text) => this.turns.add({ text, connection, atMs: performance.now() }),
        onLost: (kind, reason, retryInMs) => {
          metrics.lost.inc({ venue, stream: plan.name, kind });
          log.warn(
            { venue, stream: plan.name, kind, reason, retryInMs },
            'A market stream of the exchange disconnected; reconnecting. Its quotes are stale until then',
          );
        },
        onRefused: (names, reason) =>
          log.warn(
            { venue, stream: plan.name, names: names.slice(0, 20), reason },
            'The exchange refused subscriptions of a market stream; they are requested again in a minute',
          ),
        onAlert: (failedTries) =>
          log.error(
            { alert: 'market-stream', venue, stream: plan.name, failedTries },
            'A market stream of the exchange cannot be reached; from now on one try a minute is made. Its quotes are stale until one succeeds: check the network and the address of the streams',
          ),
      },
      plan.rules,
    );
    const connection = { ...plan, stream, malformed: new MalformedMonitor(), slowness: new Slowness() };
    return connection;
  }

  private namesOn(
    { kinds, route }: Plan,
    wanted: ReadonlyMap<string, ReadonlySet<FeedKind>>,
    relayed: ReadonlySet<string>,
  ): readonly string[] {
    if (kinds.length > 0) return namesOf(wanted, kinds);
    return [...relayed].filter((name) => route === undefined || futuresRouteOf(name) === route);
  }

  private handleAll(received: readonly Received[]): void {
    for (const one of received) this.handle(one);
    for (const { quotes } of this.feeds.values()) quotes.endTurn();
  }

  private handle({ text, connection, atMs }: Received): void {
    if (connection.kinds.length === 0) return this.relay(text);
    const message = readStreamMessage(text, this.market);
    if (message.kind === 'malformed') return this.countMalformed(text, message.reason, connection);
    this.parts.metrics.countMessage(this.venue, message.kind);
    if (message.kind !== 'ignored') this.apply(message, text, atMs, connection);
  }

  private relay(text: string): void {
    const frame = splitFrame(text);
    if (frame) this.parts.tap.relayed(this.market, frame.stream, frame.data);
  }

  private apply(
    message: MarketMessage,
    text: string,
    receivedAtMs: number,
    { name, stream, slowness, kinds }: Connection,
  ): void {
    const feed = this.feeds.get(message.symbol);
    // Between giving a stream up and its end a few messages still come.
    if (!feed) return this.parts.metrics.countDropped(this.venue, name, 'not-followed');
    const excessMs = this.lag[message.kind].excessMs(receivedAtMs, message.eventTimeMs);
    feed.apply(message, receivedAtMs, excessMs);
    this.parts.tap.heard(this.market, message, text);
    if (kinds.includes('trades')) this.parts.tap.clock(this.market, message.eventTimeMs);
    if (slowness.isLasting(excessMs, receivedAtMs))
      stream.replace('slow', `its data are ${Math.round(excessMs)} ms later than usual`);
  }

  private countMalformed(text: string, reason: string, { name, stream, malformed }: Connection): void {
    this.malformed += 1;
    this.parts.metrics.countDropped(this.venue, name, reason);
    const { isSample, areMany } = malformed.count(performance.now());
    if (isSample)
      this.parts.log.warn(
        { venue: this.venue, stream: name, reason, text: text.slice(0, 200) },
        'A malformed message of a market stream was dropped; at most one a second is shown',
      );
    if (areMany) stream.replace('malformed', 'ten unreadable messages in ten seconds');
  }

  private async fetchSnapshot(symbol: string, isDeeper: boolean): Promise<OrderBookSnapshot> {
    const isSmall = !isDeeper && this.feeds.size > DEEP_SYMBOLS;
    const limit = isSmall ? SMALL_SNAPSHOT_LEVELS : SNAPSHOT_LEVELS;
    const { lastUpdateId, bids, asks } = await this.snapshots[isDeeper ? 'deeper' : 'first'].run(() =>
      this.parts.bus.request(
        getDepth,
        { market: this.market, symbol, limit },
        { timeoutMs: SNAPSHOT_WITHIN_MS },
      ),
    );
    return { lastUpdateId: Number(lastUpdateId), bids, asks, limit };
  }
}

const symbolsOf = (wanted: ReadonlyMap<string, ReadonlySet<FeedKind>>, kind: FeedKind): ReadonlySet<string> =>
  new Set([...wanted].filter(([, kinds]) => kinds.has(kind)).map(([symbol]) => symbol));

const namesOf = (
  wanted: ReadonlyMap<string, ReadonlySet<FeedKind>>,
  kinds: readonly StreamedKind[],
): readonly string[] =>
  [...wanted].flatMap(([symbol, has]) =>
    kinds.filter((kind) => has.has(kind)).map((kind) => `${symbol.toLowerCase()}@${SUFFIXES[kind]}`),
  );
