/**
 * Follows the futures market: one connection for the order books, one for marks and trades; for each symbol an order
 * book kept in step and a publisher of its quotes. Not ready while any symbol lacks a current mark or order book.
 */
import { getDepth } from '@elvis/contracts';
import { FuturesRoute, marketStreams } from '@elvis/binance';
import { Bus, Health, LOG, Log, MARKET_RULES, Metrics, VenueStream } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { OrderBookSync } from './order-book-sync';
import { LagMeter } from './domain/lag-meter';
import { OrderBookSnapshot } from './domain/local-order-book';
import { MarketMessage, readStreamMessage } from './domain/stream-messages';
import { QuotePublisher, HEARTBEAT_MS } from './quote-publisher';
import { MarketDataConfig } from './market-data.config';

const SNAPSHOT_LEVELS = 1000;
/** A symbol whose data is older than this counts as stale, whatever the connection says. */
const ALIVE_MS = 5_000;
const START_GRACE_MS = 20_000;

interface Followed {
  readonly symbol: string;
  readonly sync: OrderBookSync;
  readonly quotes: QuotePublisher;
}

@Injectable()
export class MarketFollower implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly followed: ReadonlyMap<string, Followed>;
  private readonly streams: ReadonlyMap<VenueStream, readonly string[]>;
  private readonly lag = { depth: new LagMeter(), mark: new LagMeter(), trade: new LagMeter() };
  private heartbeat: NodeJS.Timeout | undefined;
  private readonly messages;
  private readonly dropped;
  private readonly resyncs;
  private readonly downs;
  private readonly ages;

  constructor(
    private readonly bus: Bus,
    private readonly config: MarketDataConfig,
    health: Health,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.messages = metrics.counter('elvis_market_messages_total', 'Market messages read', ['kind']);
    this.dropped = metrics.counter('elvis_market_messages_dropped_total', 'Market messages dropped', [
      'reason',
    ]);
    this.resyncs = metrics.counter(
      'elvis_market_book_resyncs_total',
      'Order books loaded again from a snapshot',
      ['symbol', 'reason'],
    );
    this.downs = metrics.counter('elvis_market_connections_lost_total', 'Stream connections lost', [
      'route',
      'kind',
    ]);
    this.ages = metrics.gauge('elvis_market_age_seconds', 'Age of the newest data', ['symbol', 'kind']);
    this.followed = new Map(config.SYMBOLS.map((symbol) => [symbol, this.followSymbol(symbol)]));
    this.streams = new Map([
      this.stream('public', ['depth@100ms'], () => this.forEach(({ sync }) => sync.onNewConnection())),
      this.stream('market', ['markPrice@1s', 'aggTrade'], () => undefined),
    ]);
    health.require('market', () => this.findProblem());
  }

  onApplicationBootstrap(): void {
    for (const [stream, names] of this.streams) stream.want(names);
    this.heartbeat = setInterval(() => this.publishHeartbeats(), HEARTBEAT_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.heartbeat);
    for (const stream of this.streams.keys()) stream.stop();
    this.forEach(({ sync, quotes }) => {
      sync.stop();
      quotes.stop();
    });
  }

  private followSymbol(symbol: string): Followed {
    const sync: OrderBookSync = new OrderBookSync(symbol, (wanted) => this.fetchSnapshot(wanted), {
      onChange: () => quotes.orderBookChanged(),
      onResync: (reason) => {
        this.resyncs.inc({ symbol, reason });
        this.log.warn(
          { symbol, reason },
          'The order book of a symbol lost its continuity; a new snapshot is being loaded',
        );
      },
      onSnapshotFailure: (error) => {
        // While the services start together, execution may come last.
        const isStarting = performance.now() < START_GRACE_MS;
        this.log[isStarting ? 'info' : 'warn'](
          { symbol, err: error },
          'The snapshot of an order book could not be read from execution; retrying. Its quotes are stale until then',
        );
      },
    });
    const quotes = new QuotePublisher(symbol, this.bus, sync);
    return { symbol, sync, quotes };
  }

  private stream(
    route: FuturesRoute,
    kinds: readonly string[],
    onConnected: () => void,
  ): readonly [VenueStream, readonly string[]] {
    const names = this.config.SYMBOLS.flatMap((symbol) =>
      kinds.map((kind) => `${symbol.toLowerCase()}@${kind}`),
    );
    const stream = new VenueStream(
      marketStreams(this.config.BINANCE_FUTURES_WS_URL, route),
      {
        onConnected,
        onLive: () =>
          this.log.info({ route, streams: names.length }, 'The market streams of the exchange are connected'),
        onText: (text) => this.handle(text),
        onLost: (kind, reason, retryInMs) => {
          this.downs.inc({ route, kind });
          this.log.warn(
            { route, kind, reason, retryInMs },
            'The market streams of the exchange disconnected; reconnecting. Quotes are stale until then',
          );
        },
        onAlert: (failedTries) =>
          this.log.error(
            { alert: 'market-stream', route, failedTries },
            'The market streams of the exchange cannot be reached; from now on one try a minute is made. Quotes are stale until one succeeds: check the network and BINANCE_FUTURES_WS_URL',
          ),
      },
      MARKET_RULES,
    );
    return [stream, names];
  }

  private handle(text: string): void {
    const message = readStreamMessage(text);
    if (!message) {
      this.dropped.inc({ reason: 'malformed' });
      this.log.debug({ text: text.slice(0, 200) }, 'A malformed message of the market stream was dropped');
      return;
    }
    this.messages.inc({ kind: message.kind });
    if (message.kind !== 'ignored') this.apply(message);
  }

  private apply(message: MarketMessage): void {
    const followed = this.followed.get(message.symbol);
    if (!followed) {
      this.dropped.inc({ reason: 'not-ours' });
      return;
    }
    const receivedAtMs = performance.now();
    const excessMs = this.lag[message.kind].excessMs(receivedAtMs, message.eventTimeMs);
    if (message.kind === 'depth') followed.sync.apply(message, receivedAtMs, excessMs);
    else if (message.kind === 'mark') followed.quotes.publishNewMark(message, receivedAtMs, excessMs);
    else followed.quotes.publishTrade(message, excessMs);
  }

  private async fetchSnapshot(symbol: string): Promise<OrderBookSnapshot> {
    const { lastUpdateId, bids, asks } = await this.bus.request(getDepth, {
      market: 'futures',
      symbol,
      limit: SNAPSHOT_LEVELS,
    });
    return { lastUpdateId: Number(lastUpdateId), bids, asks };
  }

  private publishHeartbeats(): void {
    this.forEach(({ symbol, sync, quotes }) => {
      quotes.heartbeat();
      this.ages.set({ symbol, kind: 'book' }, sync.ageMs() / 1_000);
      this.ages.set({ symbol, kind: 'mark' }, quotes.markAgeMs() / 1_000);
    });
  }

  private findProblem(): string | undefined {
    for (const { symbol, sync, quotes } of this.followed.values()) {
      if (!sync.orderBook.isSynced)
        return `${symbol} has no order book${sync.problem ? `: ${sync.problem}` : ''}`;
      if (sync.ageMs() > ALIVE_MS) return `The order book of ${symbol} is stale`;
      if (quotes.markAgeMs() > ALIVE_MS) return `The mark price of ${symbol} is missing or stale`;
    }
    return undefined;
  }

  private forEach(work: (followed: Followed) => void): void {
    for (const followed of this.followed.values()) work(followed);
  }
}
