/**
 * Keeps one symbol's book in step with its stream: asks for a snapshot whenever the book is lost, one request at a
 * time and with growing waits, because each costs request weight that orders need too.
 */
import { performance } from 'node:perf_hooks';
import { backOffMs } from './domain/back-off';
import { BookSnapshot, DepthEvent, LocalBook } from './domain/local-book';

export interface BookKeeperNotes {
  /** The book changed and may be read. */
  onChange(): void;
  onResync(reason: 'start' | 'gap' | 'crossed'): void;
  onSnapshotTrouble(error: unknown): void;
}

export type FetchSnapshot = (symbol: string) => Promise<BookSnapshot>;

const DOES_NOT_FIT = 'its snapshot and its stream do not fit together; are both of one exchange?';
const SNAPSHOT_BACK_OFF = { firstMs: 250, capMs: 10_000 };

export class BookKeeper {
  readonly book = new LocalBook();
  eventTimeMs = 0;
  /** When the newest event arrived, on the monotonic clock. */
  receivedAtMs = -Infinity;
  /** How much later than usual the newest event came. */
  excessMs = 0;
  /** Why there is no book, where that is known. */
  trouble: string | undefined;
  private fetching = false;
  private attempt = 0;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly symbol: string,
    private readonly fetchSnapshot: FetchSnapshot,
    private readonly notes: BookKeeperNotes,
  ) {}

  take(event: DepthEvent, receivedAtMs: number, excessMs: number): void {
    const outcome = this.book.offer(event);
    this.eventTimeMs = event.eventTimeMs;
    this.receivedAtMs = receivedAtMs;
    this.excessMs = excessMs;
    if (outcome === 'APPLIED') return this.notes.onChange();
    if (outcome === 'IGNORED') return;
    if (outcome === 'GAP' || outcome === 'CROSSED') {
      this.trouble = DOES_NOT_FIT;
      this.notes.onResync(outcome === 'GAP' ? 'gap' : 'crossed');
    }
    if (!this.retry) void this.fetch();
  }

  beginEpoch(): void {
    this.book.beginEpoch();
  }

  stop(): void {
    clearTimeout(this.retry);
  }

  private async fetch(): Promise<void> {
    if (this.fetching || this.book.isSynced) return;
    this.fetching = true;
    let isSynced = false;
    try {
      const loaded = this.book.load(await this.fetchSnapshot(this.symbol));
      isSynced = loaded === 'SYNCED';
      if (loaded === 'GAP') this.notes.onResync('gap');
      this.trouble = isSynced ? undefined : DOES_NOT_FIT;
    } catch (error) {
      this.trouble = (error as Error).message;
      this.notes.onSnapshotTrouble(error);
    } finally {
      this.fetching = false;
    }
    if (isSynced) {
      this.attempt = 0;
      this.notes.onChange();
      return;
    }
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
