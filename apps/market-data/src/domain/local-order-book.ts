/**
 * A local order book kept by the exchange's documented rules: buffer the stream, load a snapshot, apply from the first
 * event that reaches over it, then every event must continue where the one before it ended. Futures say where that was
 * (`pu`); spot events follow each other without a hole, and are read as if they said so.
 * Anything else is a gap, and after a gap the book is worth nothing until a new snapshot.
 */
import { PriceLadder, Level } from './price-ladder';

export interface DepthEvent {
  readonly symbol: string;
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  /** `lastUpdateId` of the event before this one on the stream. */
  readonly previousUpdateId: number;
  readonly eventTimeMs: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export interface OrderBookSnapshot {
  readonly lastUpdateId: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** How many levels were asked for: a side of so many has more behind them. Undefined: these are all there are. */
  readonly limit?: number;
}

/** GAP, OUTRUN (the price left what the snapshot told of: too few levels are still known) and CROSSED lose the book; the event that showed it is buffered for the next snapshot. */
export type Offered = 'BUFFERED' | 'IGNORED' | 'APPLIED' | 'GAP' | 'OUTRUN' | 'CROSSED';

/** TOO_OLD: the stream begins after the snapshot, fetch a newer one. GAP: the buffer itself had a hole. */
export type Loaded = 'SYNCED' | 'TOO_OLD' | 'GAP';

/** About eight minutes of a stream at 100 ms; more than any snapshot takes. */
const MAX_BUFFERED = 5_000;
/** What is published of each side; a book of which less is known would show the exchange's as thinner than it is. */
export const LEVELS_PUBLISHED = 20;
/** About ten seconds: no snapshot is so far ahead of its own stream, so this one is of another. */
const MAX_IGNORED = 100;

export class LocalOrderBook {
  private readonly bids = new PriceLadder(-1);
  private readonly asks = new PriceLadder(1);
  private buffer: DepthEvent[] = [];
  private lastId = -1;
  private synced = false;
  /** Whether the next event may overlap the book instead of continuing it exactly: after a snapshot, or on a new connection. */
  private bridging = false;
  /** Events in a row that were older than the book. */
  private ignored = 0;

  /** @param levelsAtLeast of each side are known of a synced book, or all that there are */
  constructor(private readonly levelsAtLeast = LEVELS_PUBLISHED) {}

  get isSynced(): boolean {
    return this.synced;
  }

  get updateId(): number {
    return this.lastId;
  }

  /** Takes the next event of the stream. */
  offer(event: DepthEvent): Offered {
    if (!this.synced) {
      this.hold(event);
      return 'BUFFERED';
    }
    const outcome = this.apply(event);
    if (isLoss(outcome)) {
      this.lose();
      this.hold(event);
    }
    return outcome;
  }

  /** Starts the book from a snapshot and brings it up to date with what was buffered. */
  load(snapshot: OrderBookSnapshot): Loaded {
    const pending = this.buffer.filter(({ lastUpdateId }) => lastUpdateId > snapshot.lastUpdateId);
    const first = pending[0];
    if (first && !continues(first, snapshot.lastUpdateId)) {
      this.buffer = pending;
      return 'TOO_OLD';
    }
    const { bids, asks, limit = Infinity } = snapshot;
    this.bids.load(bids, bids.length < limit);
    this.asks.load(asks, asks.length < limit);
    this.lastId = snapshot.lastUpdateId;
    this.bridging = true;
    this.ignored = 0;
    this.synced = true;
    this.buffer = [];
    for (const [index, event] of pending.entries()) {
      const outcome = this.apply(event);
      if (!isLoss(outcome)) continue;
      this.lose();
      this.buffer = pending.slice(index);
      return 'GAP';
    }
    return 'SYNCED';
  }

  /**
   * A new connection carries the stream from here on. A synced book survives if the new stream reaches over its
   * last update; a buffer without a book does not.
   */
  onNewConnection(): void {
    this.bridging = true;
    this.ignored = 0;
    if (!this.synced) this.buffer = [];
  }

  /** Whether the best so many levels of both sides are known, or all that there are. */
  knows(count: number): boolean {
    return this.bids.knows(count) && this.asks.knows(count);
  }

  /** What is known of the best so many levels of each side. */
  top(count: number): { readonly bids: readonly Level[]; readonly asks: readonly Level[] } {
    return { bids: this.bids.top(count), asks: this.asks.top(count) };
  }

  private apply(event: DepthEvent): Offered {
    if (this.bridging) {
      if (event.lastUpdateId <= this.lastId) {
        this.ignored += 1;
        return this.ignored > MAX_IGNORED ? 'GAP' : 'IGNORED';
      }
      if (!continues(event, this.lastId)) return 'GAP';
      this.bridging = false;
    } else if (event.previousUpdateId !== this.lastId) {
      return 'GAP';
    }
    for (const level of event.bids) this.bids.set(level);
    for (const level of event.asks) this.asks.set(level);
    this.lastId = event.lastUpdateId;
    if (!this.knows(this.levelsAtLeast)) return 'OUTRUN';
    return this.bids.crosses(this.asks) ? 'CROSSED' : 'APPLIED';
  }

  private hold(event: DepthEvent): void {
    if (this.buffer.length >= MAX_BUFFERED) this.buffer = [];
    this.buffer.push(event);
  }

  private lose(): void {
    this.synced = false;
    this.buffer = [];
  }
}

const isLoss = (outcome: Offered): boolean =>
  outcome === 'GAP' || outcome === 'OUTRUN' || outcome === 'CROSSED';

/** Whether nothing lies between `updateId` and the event: quantities are absolute, so an overlap does no harm. */
const continues = (event: DepthEvent, updateId: number): boolean =>
  event.firstUpdateId <= updateId + 1 || event.previousUpdateId <= updateId;
