/**
 * A task that only one replica may do at a time: a lease in Redis with a counter as fencing token. Without Redis no
 * lease is taken and the holder stops when its own expires. A handover counts as a gap for the one that takes over.
 */
import { Log } from '../observability/logger';
import { everyBeat } from '../service/rounds';
import { releaseLease } from './lease';
import { Redis, RedisScript } from './redis';

export interface LeaderWork {
  /** This replica holds the role now; `term` rises with every holder. */
  readonly onElected: (term: number) => void;
  /** It holds it no more, and must have stopped when this returns. */
  readonly onLost: () => void;
}

/** How long a lease stands, and how often it is renewed. */
export interface LeaseTiming {
  readonly leaseMs: number;
  readonly renewMs: number;
  /** Whether a holder whose lease ran out may go on if nobody has held it since: its work went on meanwhile. */
  readonly survivesLapse?: boolean;
}

const USUAL_TIMING: LeaseTiming = { leaseMs: 3_000, renewMs: 1_000 };

/** {term, whether it was taken just now}, or {-1, how long another still has it}. */
const HOLD = RedisScript.read<[number, number]>(__dirname, 'hold-role');

export class Leader {
  private stopRenewing: () => void = () => undefined;
  private early: NodeJS.Timeout | undefined;
  private term = 0;
  private heldUntil = 0;
  private isHeld = false;

  /** @param holder unique to this process, not only to the replica's number */
  constructor(
    private readonly redis: Redis,
    private readonly name: string,
    private readonly holder: string,
    private readonly work: LeaderWork,
    private readonly log: Log,
    private readonly timing = USUAL_TIMING,
  ) {}

  start(): void {
    void this.renewLease();
    this.stopRenewing = everyBeat(this.timing.renewMs, () => void this.renewLease());
  }

  async stop(): Promise<void> {
    this.stopRenewing();
    clearTimeout(this.early);
    if (!this.isHeld) return;
    this.dropLease('the service stops');
    await releaseLease(this.redis, this.key, this.holder);
  }

  /** Whether the lease certainly still stands: false as soon as it may have run out, also after a long sleep. */
  get isHeldNow(): boolean {
    return this.isHeld && performance.now() < this.heldUntil;
  }

  /** The replica that holds a role, for some seconds unless it renews; the term counts on beside it. */
  private get key(): string {
    return `ELVIS_ROLE:${this.name}`;
  }

  private async renewLease(): Promise<void> {
    const { leaseMs, renewMs } = this.timing;
    const askedAt = performance.now();
    let held: [number, number];
    try {
      held = await HOLD.run(this.redis, [this.key, `${this.key}:term`], [this.holder, leaseMs]);
    } catch {
      if (this.isHeld && performance.now() > this.heldUntil)
        this.dropLease('Redis is unavailable and the lease expired');
      return;
    }
    const [term, isFresh] = held;
    if (term < 0) {
      if (this.isHeld) this.dropLease('another replica holds it');
      return this.tryAtTheEnd(held[1]);
    }
    this.heldUntil = askedAt + leaseMs - renewMs / 2;
    const isNobodyBetween = this.timing.survivesLapse === true && term === this.term + 1;
    if (this.isHeld && isFresh && !isNobodyBetween) this.dropLease('the lease had expired');
    this.term = term;
    if (this.isHeld) return;
    this.isHeld = true;
    this.log.info({ role: this.name, term }, 'This replica took over a role of its service');
    this.work.onElected(term);
  }

  /** Anyone who waits need not wait for its own next round when the lease of a dead holder ends before it. */
  private tryAtTheEnd(leftMs: number): void {
    if (leftMs >= this.timing.renewMs) return;
    clearTimeout(this.early);
    this.early = setTimeout(() => void this.renewLease(), Math.max(0, leftMs) + 5);
  }

  private dropLease(reason: string): void {
    this.isHeld = false;
    this.log.warn(
      { role: this.name, reason },
      'This replica gave up a role of its service; another replica, or this one again, takes it over as soon as Redis answers',
    );
    this.work.onLost();
  }
}
