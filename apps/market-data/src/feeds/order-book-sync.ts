/**
 * Keeps one symbol's book in step with its stream: asks for a snapshot whenever the book is lost, one request at a
 * time and with growing waits, because each costs request weight that orders need too.
 */
import { performance } from 'node:perf_hooks';
import { backOffMs } from '../domain/back-off';
import { OrderBookSnapshot, DepthEvent, LocalOrderBook } from '../domain/local-order-book';

export interface OrderBookHandlers {
  /** The book changed and may be read. */
  onChange(): void;
  /** A snapshot and the stream fit together: the book may be read from now on. */
  onSynced(): void;
  onResync(reason: 'gap' | 'crossed'): void;
  onSnapshotFailure(error: unknown): void;
}

export type FetchSnapshot = (symbol: string) => Promise<OrderBookSnapshot>;

const DOES_NOT_FIT =
  'the snapshot and the stream do not fit together; check that both come from the same exchange';
const SNAPSHOT_BACK_OFF = { firstMs: 250, capMs: 10_000 };

export class OrderBookSync {
  orderBook = new LocalOrderBook();
  eventTimeMs = 0;
  /** When the newest event arrived, on the monotonic clock. */
  receivedAtMs = -Infinity;
  /** How much later than usual the newest event came. */
  excessMs = 0;
  /** Why there is no order book, where that is known. */
  problem: string | undefined;
  private fetching = false;
  private attempt = 0;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly symbol: string,
    private readonly fetchSnapshot: FetchSnapshot,
    private readonly handlers: OrderBookHandlers,
  ) {}

  apply(event: DepthEvent, receivedAtMs: number, excessMs: number): void {
    const outcome = this.orderBook.offer(event);
    this.eventTimeMs = event.eventTimeMs;
    this.receivedAtMs = receivedAtMs;
    this.excessMs = excessMs;
    if (outcome === 'APPLIED') return this.handlers.onChange();
    if (outcome === 'IGNORED') return;
    if (outcome === 'GAP' || outcome === 'CROSSED') {
      this.problem = DOES_NOT_FIT;
      this.handlers.onResync(outcome === 'GAP' ? 'gap' : 'crossed');
    }
    if (!this.retry) void this.fetch();
  }

  onNewConnection(): void {
    this.orderBook.onNewConnection();
  }

  /** The symbol is not followed any more, or not for now: the next event begins from nothing. */
  forget(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.orderBook = new LocalOrderBook();
    this.receivedAtMs = -Infinity;
    this.attempt = 0;
  }

  private async fetch(): Promise<void> {
    if (this.fetching || this.orderBook.isSynced) return;
    this.fetching = true;
    let isSynced = false;
    const { orderBook } = this;
    try {
      const snapshot = await this.fetchSnapshot(this.symbol);
      if (orderBook !== this.orderBook) return;
      const loaded = orderBook.load(snapshot);
      isSynced = loaded === 'SYNCED';
      if (loaded === 'GAP') this.handlers.onResync('gap');
      this.problem = isSynced ? undefined : DOES_NOT_FIT;
    } catch (error) {
      this.problem = (error as Error).message;
      this.handlers.onSnapshotFailure(error);
    } finally {
      this.fetching = false;
    }
    if (isSynced) {
      this.attempt = 0;
      return this.handlers.onSynced();
    }
    if (orderBook !== this.orderBook) return;
    const waitMs = backOffMs(this.attempt, Math.random(), SNAPSHOT_BACK_OFF);
    this.attempt += 1;
    this.retry = setTimeout(() => {
      this.retry = undefined;
      void this.fetch();
    }, waitMs);
  }

  /** Age of the newest event, the time it spent in queues included. */
  ageMs(nowMs = performance.now()): number {
    return nowMs - this.receivedAtMs + this.excessMs;
  }
}
