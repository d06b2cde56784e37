/**
 * What the fleet sees of the market: the newest mark, book and trades of each symbol, each with its true age.
 *
 * A book goes out at most every 100 ms, a mark at once, and both again at least every 500 ms: a reader that hears
 * nothing knows that market-data is dead, and one that hears a growing age knows that the exchange is silent.
 */
import { orderBookFeed, markFeed, tradeFeed } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { performance } from 'node:perf_hooks';
import { OrderBookSync } from './order-book-sync';
import { MarkMessage, TradeMessage } from './domain/stream-messages';

const ORDER_BOOK_INTERVAL_MS = 100;
export const HEARTBEAT_MS = 500;
const LEVELS = 20;

interface KnownMark {
  readonly message: MarkMessage;
  readonly receivedAtMs: number;
  readonly excessMs: number;
  publishedAtMs: number;
}

export class QuotePublisher {
  private mark: KnownMark | undefined;
  private orderBookPublishedAtMs = -Infinity;
  private pending: NodeJS.Timeout | undefined;

  constructor(
    private readonly symbol: string,
    private readonly bus: Pick<Bus, 'publish'>,
    private readonly sync: OrderBookSync,
  ) {}

  publishNewMark(message: MarkMessage, receivedAtMs: number, excessMs: number): void {
    this.mark = { message, receivedAtMs, excessMs, publishedAtMs: 0 };
    this.publishMark(performance.now());
  }

  publishTrade({ kind: _, ...trade }: TradeMessage, ageMs: number): void {
    this.bus.publish(tradeFeed, this.symbol, { ...trade, ageMs: whole(ageMs) });
  }

  /** Publishes the book now, or when the last one is 100 ms old. */
  orderBookChanged(): void {
    if (this.pending) return;
    const waitMs = this.orderBookPublishedAtMs + ORDER_BOOK_INTERVAL_MS - performance.now();
    if (waitMs <= 0) return this.publishOrderBook(performance.now());
    this.pending = setTimeout(() => {
      this.pending = undefined;
      this.publishOrderBook(performance.now());
    }, waitMs);
  }

  /** Says again what has not changed, with its age grown. */
  heartbeat(): void {
    const nowMs = performance.now();
    if (this.mark && nowMs - this.mark.publishedAtMs >= HEARTBEAT_MS / 2) this.publishMark(nowMs);
    if (nowMs - this.orderBookPublishedAtMs >= HEARTBEAT_MS / 2) this.publishOrderBook(nowMs);
  }

  markAgeMs(nowMs = performance.now()): number {
    return this.mark ? nowMs - this.mark.receivedAtMs + this.mark.excessMs : Infinity;
  }

  stop(): void {
    clearTimeout(this.pending);
  }

  private publishMark(nowMs: number): void {
    if (!this.mark) return;
    const { symbol, mark, eventTimeMs } = this.mark.message;
    this.bus.publish(markFeed, symbol, { symbol, mark, eventTimeMs, ageMs: whole(this.markAgeMs(nowMs)) });
    this.mark.publishedAtMs = nowMs;
  }

  /** A lost book is not published: its readers see the last good one grow old. */
  private publishOrderBook(nowMs: number): void {
    const { orderBook, eventTimeMs } = this.sync;
    if (!orderBook.isSynced) return;
    this.bus.publish(orderBookFeed, this.symbol, {
      symbol: this.symbol,
      ...orderBook.top(LEVELS),
      updateId: `${orderBook.updateId}`,
      eventTimeMs,
      ageMs: whole(this.sync.ageMs(nowMs)),
    });
    this.orderBookPublishedAtMs = nowMs;
  }
}

const whole = (ageMs: number): number => Math.max(0, Math.round(ageMs));
