/**
 * What the fleet hears of one symbol of one market: its newest mark, order book and ticker and its trades, each with its
 * true age.
 *
 * A book goes out with each change that the exchange tells of, a mark with the turn in which it came, trades while somebody wants them; book and
 * mark again at least every 500 ms: a reader that hears nothing knows that market-data is dead, and one that hears a growing age knows that
 * the exchange is silent.
 */
import {
  MarketTrade,
  OrderBookUpdate,
  TRADES_KEPT,
  markFeed,
  orderBookFeed,
  spotOrderBookFeed,
  spotTickerFeed,
  spotTradeFeed,
  tickerFeed,
  tradeFeed,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { performance } from 'node:perf_hooks';
import { LEVELS_PUBLISHED } from '../domain/local-order-book';
import { MarkMessage, TickerMessage, TradeMessage } from '../domain/stream-messages';
import { OrderBookSync } from './order-book-sync';

/** Between two books of a symbol; the exchange itself tells of one ten times a second. */
const ORDER_BOOK_GAP_MS = 50;
export const HEARTBEAT_MS = 500;
const FEEDS = {
  futures: { book: orderBookFeed, trade: tradeFeed, ticker: tickerFeed },
  spot: { book: spotOrderBookFeed, trade: spotTradeFeed, ticker: spotTickerFeed },
} as const;

interface Known<Message> {
  readonly message: Message;
  readonly receivedAtMs: number;
  readonly excessMs: number;
}

export class QuotePublisher {
  private readonly feeds;
  private mark: Known<MarkMessage> | undefined;
  private markPublishedAtMs = 0;
  private tickerAtMs: number | undefined;
  private readonly trades: Known<TradeMessage>[] = [];
  private orderBookPublishedAtMs = -Infinity;
  private hasChanged = false;
  private pending: NodeJS.Timeout | undefined;

  constructor(
    market: Market,
    private readonly symbol: string,
    private readonly bus: Pick<Bus, 'publish'>,
    private readonly sync: OrderBookSync,
  ) {
    this.feeds = FEEDS[market];
  }

  publishNewMark(message: MarkMessage, receivedAtMs: number, excessMs: number): void {
    this.mark = { message, receivedAtMs, excessMs };
    this.publishMark(performance.now());
  }

  publishTicker({ kind: _, ...ticker }: TickerMessage, receivedAtMs: number, excessMs: number): void {
    this.tickerAtMs = receivedAtMs;
    this.bus.publish(this.feeds.ticker, this.symbol, { ...ticker, ageMs: whole(excessMs) });
  }

  /** Keeps it, and publishes it where somebody listens. */
  acceptTrade(message: TradeMessage, receivedAtMs: number, excessMs: number, isWanted: boolean): void {
    const trade = { message, receivedAtMs, excessMs };
    this.trades.push(trade);
    // Taken off in heaps: one by one each trade would move all others.
    if (this.trades.length >= 2 * TRADES_KEPT) this.trades.splice(0, this.trades.length - TRADES_KEPT);
    if (isWanted)
      this.bus.publish(this.feeds.trade, this.symbol, tradeOf(message, ageOf(trade, performance.now())));
  }

  orderBookChanged(): void {
    this.hasChanged = true;
  }

  /** All that has come by now is in: publishes a book that changed, at once unless the last one has only just gone. */
  endTurn(): void {
    if (!this.hasChanged || this.pending) return;
    const nowMs = performance.now();
    const waitMs = this.orderBookPublishedAtMs + ORDER_BOOK_GAP_MS - nowMs;
    if (waitMs <= 0) return this.publishOrderBook(nowMs);
    this.pending = setTimeout(() => {
      this.pending = undefined;
      this.publishOrderBook(performance.now());
    }, waitMs);
  }

  /** Says again what has not changed, with its age grown. */
  heartbeat(): void {
    const nowMs = performance.now();
    if (this.mark && nowMs - this.markPublishedAtMs >= HEARTBEAT_MS / 2) this.publishMark(nowMs);
    if (nowMs - this.orderBookPublishedAtMs >= HEARTBEAT_MS / 2) this.publishOrderBook(nowMs);
  }

  /** Infinity while none was heard. */
  markAgeMs(nowMs = performance.now()): number {
    return ageOf(this.mark, nowMs);
  }

  tradeAgeMs(nowMs = performance.now()): number {
    return ageOf(this.trades.at(-1), nowMs);
  }

  tickerAgeMs(nowMs = performance.now()): number {
    return this.tickerAtMs === undefined ? Infinity : nowMs - this.tickerAtMs;
  }

  /** The newest first. */
  newestTrades(limit: number): MarketTrade[] {
    const nowMs = performance.now();
    const newest = this.trades.slice(-limit).reverse();
    return newest.map((trade) => tradeOf(trade.message, ageOf(trade, nowMs)));
  }

  /** The book by now; undefined while it is not in sequence: its readers see the last good one grow old. */
  orderBook(levels: number, nowMs = performance.now()): OrderBookUpdate | undefined {
    const { orderBook, eventTimeMs } = this.sync;
    if (!orderBook.isSynced) return undefined;
    return {
      symbol: this.symbol,
      ...orderBook.top(levels),
      updateId: `${orderBook.updateId}`,
      eventTimeMs,
      ageMs: whole(this.sync.ageMs(nowMs)),
    };
  }

  stop(): void {
    clearTimeout(this.pending);
  }

  private publishMark(nowMs: number): void {
    if (!this.mark) return;
    const { symbol, mark, eventTimeMs } = this.mark.message;
    this.bus.publish(markFeed, symbol, { symbol, mark, eventTimeMs, ageMs: whole(this.markAgeMs(nowMs)) });
    this.markPublishedAtMs = nowMs;
  }

  private publishOrderBook(nowMs: number): void {
    const orderBook = this.orderBook(LEVELS_PUBLISHED, nowMs);
    if (!orderBook) return;
    this.hasChanged = false;
    this.bus.publish(this.feeds.book, this.symbol, orderBook);
    this.orderBookPublishedAtMs = nowMs;
  }
}

const tradeOf = ({ kind: _, ...trade }: TradeMessage, ageMs: number): MarketTrade => ({
  ...trade,
  ageMs: whole(ageMs),
});

const ageOf = (known: Known<unknown> | undefined, nowMs: number): number =>
  known ? nowMs - known.receivedAtMs + known.excessMs : Infinity;

const whole = (ageMs: number): number => Math.max(0, Math.round(ageMs));
