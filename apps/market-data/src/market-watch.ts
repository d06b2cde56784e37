/**
 * Watches the futures market: one connection for the books, one for marks and trades, a book keeper and a board per
 * symbol. Says it is not ready while any symbol lacks a mark or a book that is alive.
 */
import { getDepth } from '@elvis/contracts';
import { Bus, Health, LOG, Log, Metrics } from '@elvis/platform';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { BookKeeper } from './book-keeper';
import { LagMeter } from './domain/lag-meter';
import { BookSnapshot } from './domain/local-book';
import { MarketMessage, readStreamMessage } from './domain/stream-messages';
import { ExchangeStream } from './exchange-stream';
import { MarketBoard, HEARTBEAT_MS } from './market-board';
import { MarketDataConfig } from './market-data.config';

const SNAPSHOT_LEVELS = 1000;
/** A symbol whose data is older than this is not watched any more, whatever the connection says. */
const ALIVE_MS = 5_000;
const START_GRACE_MS = 20_000;

interface Watched {
  readonly symbol: string;
  readonly keeper: BookKeeper;
  readonly board: MarketBoard;
}

@Injectable()
export class MarketWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly watched: ReadonlyMap<string, Watched>;
  private readonly streams: readonly ExchangeStream[];
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
    this.resyncs = metrics.counter('elvis_market_book_resyncs_total', 'Order books begun anew', [
      'symbol',
      'reason',
    ]);
    this.downs = metrics.counter('elvis_market_connections_lost_total', 'Stream connections lost', ['route']);
    this.ages = metrics.gauge('elvis_market_age_seconds', 'Age of the newest data', ['symbol', 'kind']);
    this.watched = new Map(config.SYMBOLS.map((symbol) => [symbol, this.watchSymbol(symbol)]));
    this.streams = [
      this.stream('public', ['depth@100ms'], () => this.forEach(({ keeper }) => keeper.beginEpoch())),
      this.stream('market', ['markPrice@1s', 'aggTrade'], () => undefined),
    ];
    health.require('market', () => this.whatIsWrong());
  }

  onApplicationBootstrap(): void {
    for (const stream of this.streams) stream.start();
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.heartbeat);
    for (const stream of this.streams) stream.stop();
    this.forEach(({ keeper, board }) => {
      keeper.stop();
      board.stop();
    });
  }

  private watchSymbol(symbol: string): Watched {
    const keeper: BookKeeper = new BookKeeper(symbol, (wanted) => this.fetchSnapshot(wanted), {
      onChange: () => board.bookChanged(),
      onResync: (reason) => {
        this.resyncs.inc({ symbol, reason });
        this.log.warn({ symbol, reason }, 'The order book is lost and begun anew');
      },
      onSnapshotTrouble: (error) => {
        // While the services start together, execution may come last.
        const isStarting = performance.now() < START_GRACE_MS;
        this.log[isStarting ? 'info' : 'warn'](
          { symbol, err: error },
          'No snapshot of the order book; it is asked for again',
        );
      },
    });
    const board = new MarketBoard(symbol, this.bus, keeper);
    return { symbol, keeper, board };
  }

  private stream(route: 'public' | 'market', kinds: readonly string[], onEpoch: () => void): ExchangeStream {
    const names = this.config.SYMBOLS.flatMap((symbol) =>
      kinds.map((kind) => `${symbol.toLowerCase()}@${kind}`),
    );
    const origin = this.config.BINANCE_FUTURES_WS_URL.replace(/\/+$/, '');
    const stream: ExchangeStream = new ExchangeStream(
      `${origin}/${route}/stream?streams=${names.join('/')}`,
      {
        onOpen: () => {
          this.log.info({ route, streams: names.length }, 'Connected to the exchange streams');
          onEpoch();
        },
        onText: (text) => this.take(text, () => stream.rotate()),
        onDown: (reason) => {
          this.downs.inc({ route });
          this.log.warn({ route, reason }, 'The exchange streams are lost; connecting again');
        },
      },
    );
    return stream;
  }

  private take(text: string, rotate: () => void): void {
    const message = readStreamMessage(text);
    if (!message) {
      this.dropped.inc({ reason: 'malformed' });
      this.log.debug({ text: text.slice(0, 200) }, 'A malformed market message was dropped');
      return;
    }
    this.messages.inc({ kind: message.kind });
    if (message.kind === 'shutdown') rotate();
    else if (message.kind !== 'ignored') this.show(message);
  }

  private show(message: MarketMessage): void {
    const watched = this.watched.get(message.symbol);
    if (!watched) {
      this.dropped.inc({ reason: 'not-ours' });
      return;
    }
    const receivedAtMs = performance.now();
    const excessMs = this.lag[message.kind].excessMs(receivedAtMs, message.eventTimeMs);
    if (message.kind === 'depth') watched.keeper.take(message, receivedAtMs, excessMs);
    else if (message.kind === 'mark') watched.board.takeMark(message, receivedAtMs, excessMs);
    else watched.board.takeTrade(message, excessMs);
  }

  private async fetchSnapshot(symbol: string): Promise<BookSnapshot> {
    const { lastUpdateId, bids, asks } = await this.bus.request(getDepth, {
      market: 'futures',
      symbol,
      limit: SNAPSHOT_LEVELS,
    });
    return { lastUpdateId: Number(lastUpdateId), bids, asks };
  }

  private beat(): void {
    this.forEach(({ symbol, keeper, board }) => {
      board.heartbeat();
      this.ages.set({ symbol, kind: 'book' }, keeper.ageMs() / 1_000);
      this.ages.set({ symbol, kind: 'mark' }, board.markAgeMs() / 1_000);
    });
  }

  private whatIsWrong(): string | undefined {
    for (const { symbol, keeper, board } of this.watched.values()) {
      if (!keeper.book.isSynced)
        return `${symbol} has no order book${keeper.trouble ? `: ${keeper.trouble}` : ''}`;
      if (keeper.ageMs() > ALIVE_MS) return `The order book of ${symbol} is old`;
      if (board.markAgeMs() > ALIVE_MS) return `The mark price of ${symbol} is missing or old`;
    }
    return undefined;
  }

  private forEach(work: (watched: Watched) => void): void {
    for (const watched of this.watched.values()) work(watched);
  }
}
