/**
 * Keeps one symbol's book in step with its stream: asks for a snapshot whenever the book is lost, one request at a
 * time and with growing waits, because each costs request weight that orders need too. A book of which too few levels are
 * known, because it began with a small snapshot or because the price has moved, is read on while a deeper one is made. A
 * price that is faster than that gets a deep one from the start.
 */
import { performance } from 'node:perf_hooks';
import { backOffMs } from '../domain/back-off';
import { OrderBookSnapshot, DepthEvent, LocalOrderBook, Offered } from '../domain/local-order-book';

export interface OrderBookHandlers {
  /** The book changed and may be read. */
  onChange(): void;
  /** A snapshot and the stream fit together: the book may be read from now on. */
  onSynced(): void;
  onResync(reason: ResyncReason): void;
  onSnapshotFailure(error: unknown): void;
}

export type ResyncReason = 'gap' | 'outrun' | 'crossed';

/** @param isDeeper a first part of it would not do */
export type FetchSnapshot = (symbol: string, isDeeper: boolean) => Promise<OrderBookSnapshot>;

const DOES_NOT_FIT =
  'the snapshot and the stream do not fit together; check that both come from the same exchange';
/** A deeper snapshot is asked for before fewer levels than the published twenty are known. */
const LEVELS_AT_LEAST = 30;
const RESYNC_REASONS: Readonly<Partial<Record<Offered, ResyncReason>>> = {
  GAP: 'gap',
  OUTRUN: 'outrun',
  CROSSED: 'crossed',
};
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
  /** The price left a first part before a deeper one was there: the next book begins with a deep one. */
  private isOutrun = false;
  private attempt = 0;
  private retry: NodeJS.Timeout | undefined;
  /** Hears the stream until its snapshot is there, and then takes the book's place. */
  private successor: LocalOrderBook | undefined;
  private deepening: Promise<void> | undefined;
  private deepenFromMs = -Infinity;

  constructor(
    private readonly symbol: string,
    private readonly fetchSnapshot: FetchSnapshot,
    private readonly handlers: OrderBookHandlers,
  ) {}

  apply(event: DepthEvent, receivedAtMs: number, excessMs: number): void {
    const outcome = this.orderBook.offer(event);
    this.successor?.offer(event);
    this.eventTimeMs = event.eventTimeMs;
    this.receivedAtMs = receivedAtMs;
    this.excessMs = excessMs;
    if (outcome === 'APPLIED') {
      if (!this.orderBook.knows(LEVELS_AT_LEAST)) void this.deepen();
      return this.handlers.onChange();
    }
    if (outcome === 'IGNORED') return;
    const reason = RESYNC_REASONS[outcome];
    if (reason) {
      this.problem = DOES_NOT_FIT;
      this.isOutrun ||= reason === 'outrun';
      this.successor = undefined;
      this.handlers.onResync(reason);
    }
    if (!this.retry) void this.fetch();
  }

  onNewConnection(): void {
    this.orderBook.onNewConnection();
    this.successor?.onNewConnection();
  }

  /** Makes a deeper book beside the one that is read, if there is one; whoever comes meanwhile waits for the same. */
  deepen(): Promise<void> {
    if (!this.orderBook.isSynced || performance.now() < this.deepenFromMs) return Promise.resolve();
    this.deepening ??= this.replaceByDeeper().finally(() => (this.deepening = undefined));
    return this.deepening;
  }

  /** The symbol is not followed any more, or not for now: the next event begins from nothing. */
  forget(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.orderBook = new LocalOrderBook();
    this.successor = undefined;
    this.receivedAtMs = -Infinity;
    this.attempt = 0;
    this.isOutrun = false;
  }

  private async fetch(): Promise<void> {
    if (this.fetching || this.orderBook.isSynced) return;
    this.fetching = true;
    let isSynced = false;
    const { orderBook } = this;
    try {
      const snapshot = await this.fetchSnapshot(this.symbol, this.isOutrun);
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

  private async replaceByDeeper(): Promise<void> {
    const successor = new LocalOrderBook();
    this.successor = successor;
    try {
      const snapshot = await this.fetchSnapshot(this.symbol, true);
      if (this.successor !== successor) return;
      if (successor.load(snapshot) === 'SYNCED' && successor.updateId >= this.orderBook.updateId) {
        this.orderBook = successor;
        this.handlers.onChange();
        return;
      }
    } catch (error) {
      this.handlers.onSnapshotFailure(error);
    } finally {
      if (this.successor === successor) this.successor = undefined;
    }
    this.deepenFromMs = performance.now() + SNAPSHOT_BACK_OFF.capMs;
  }

  /** Age of the newest event, the time it spent in queues included. */
  ageMs(nowMs = performance.now()): number {
    return nowMs - this.receivedAtMs + this.excessMs;
  }
}
