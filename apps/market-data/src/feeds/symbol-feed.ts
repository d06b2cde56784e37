/** One symbol of one market as far as it is wanted: its order book kept in step, and what is published of it. */
import { VenueFeed } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { MarketMessage } from '../domain/stream-messages';
import { FetchSnapshot, OrderBookSync, ResyncReason } from './order-book-sync';
import { QuotePublisher } from './quote-publisher';

/** What has a stream of its own. Of trades that are heard candles are made. */
const STREAMED = ['depth', 'trades', 'marks', 'tickers'] as const;
export type StreamedKind = (typeof STREAMED)[number];
/** Trades, and the candle that is going on, are published only where somebody listens to them. */
export type FeedKind = StreamedKind | 'shown-trades' | 'shown-candles';

export interface SymbolFeedHandlers {
  readonly onResync: (symbol: string, reason: ResyncReason) => void;
  readonly onSnapshotFailure: (symbol: string, error: unknown) => void;
}

export class SymbolFeed {
  readonly sync: OrderBookSync;
  readonly quotes: QuotePublisher;
  private kinds: ReadonlySet<FeedKind> = new Set();
  private gaps = 0;
  private waiting: (() => void)[] = [];

  constructor(
    market: Market,
    readonly symbol: string,
    bus: Pick<Bus, 'publish'>,
    fetchSnapshot: FetchSnapshot,
    handlers: SymbolFeedHandlers,
  ) {
    this.sync = new OrderBookSync(symbol, fetchSnapshot, {
      onChange: () => this.changed(),
      onSynced: () => {
        this.changed();
        this.quotes.endTurn();
      },
      onResync: (reason) => {
        this.gaps += 1;
        handlers.onResync(symbol, reason);
      },
      onSnapshotFailure: (error) => handlers.onSnapshotFailure(symbol, error),
    });
    this.quotes = new QuotePublisher(market, symbol, bus, this.sync);
  }

  get wanted(): ReadonlySet<FeedKind> {
    return this.kinds;
  }

  /** What is not wanted any more is forgotten: it would only grow old. */
  want(kinds: ReadonlySet<FeedKind>): void {
    if (this.kinds.has('depth') && !kinds.has('depth')) this.sync.forget();
    this.kinds = kinds;
  }

  apply(message: MarketMessage, receivedAtMs: number, excessMs: number): void {
    switch (message.kind) {
      case 'depth':
        return this.kinds.has('depth') ? this.sync.apply(message, receivedAtMs, excessMs) : undefined;
      case 'mark':
        return this.quotes.publishNewMark(message, receivedAtMs, excessMs);
      case 'ticker':
        return this.quotes.publishTicker(message, receivedAtMs, excessMs);
      case 'trade':
        return this.quotes.acceptTrade(message, receivedAtMs, excessMs, this.kinds.has('shown-trades'));
    }
  }

  /** Waits for an order book in sequence, at most so long. */
  async whenSynced(withinMs: number): Promise<void> {
    const giveUpAt = performance.now() + withinMs;
    while (!this.sync.orderBook.isSynced && performance.now() < giveUpAt)
      await this.nextChange(Math.max(1, giveUpAt - performance.now()));
  }

  /** Waits for the next change of the order book, at most so long. */
  async nextChange(withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      timer = setTimeout(resolve, withinMs);
    });
    clearTimeout(timer);
  }

  private changed(): void {
    this.quotes.orderBookChanged();
    if (this.waiting.length > 0) for (const wake of this.waiting.splice(0)) wake();
  }

  stop(): void {
    this.sync.forget();
    this.quotes.stop();
  }

  report(nowMs = performance.now()): VenueFeed {
    const { sync, quotes, kinds } = this;
    return {
      symbol: this.symbol,
      topics: STREAMED.filter((kind) => kinds.has(kind))
        .map((kind) => (kind === 'depth' ? 'books' : kind))
        .sort(),
      ...(kinds.has('depth') && { isOrderBookSynced: sync.orderBook.isSynced }),
      ...aged('orderBookAgeMs', sync.ageMs(nowMs)),
      ...aged('markAgeMs', quotes.markAgeMs(nowMs)),
      ...aged('tradeAgeMs', quotes.tradeAgeMs(nowMs)),
      ...aged('tickerAgeMs', quotes.tickerAgeMs(nowMs)),
      gaps: this.gaps,
    };
  }
}

/** Left out while nothing was heard. */
const aged = (name: string, ageMs: number): object =>
  Number.isFinite(ageMs) ? { [name]: Math.max(0, Math.round(ageMs)) } : {};
