/**
 * A task that only one replica may do at a time: a lease in Redis with a counter as fencing token. Without Redis no
 * lease is taken and the holder stops when its own expires. A handover counts as a gap for whoever takes over.
 */
import { Log, Redis, RedisScript } from '@elvis/platform';

export interface RoleWork {
  /** This replica holds the role now; `term` rises with every holder. */
  readonly take: (term: number) => void;
  /** It holds it no more, and must have stopped when this returns. */
  readonly lose: () => void;
}

/** How long a lease stands, and how often it is renewed. */
export interface RoleTiming {
  readonly leaseMs: number;
  readonly renewMs: number;
}

const USUAL_TIMING: RoleTiming = { leaseMs: 3_000, renewMs: 1_000 };

/** Takes the lease if it is free or ours, answers {term, fresh} or nothing. */
const HOLD = new RedisScript<[number, number] | null>(`
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return {tonumber(redis.call('GET', KEYS[2])), 0}
end
if holder then return nil end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {redis.call('INCR', KEYS[2]), 1}
`);

const RELEASE = new RedisScript<number>(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`);

export class ElectedRole {
  private timer: NodeJS.Timeout | undefined;
  private heldUntil = 0;
  private isHeld = false;

  /** @param holder unique to this process, not only to the replica's number */
  constructor(
    private readonly redis: Redis,
    private readonly name: string,
    private readonly holder: string,
    private readonly work: RoleWork,
    private readonly log: Log,
    private readonly timing = USUAL_TIMING,
  ) {}

  start(): void {
    void this.renew();
    this.timer = setInterval(() => void this.renew(), this.timing.renewMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    if (!this.isHeld) return;
    this.drop('the service stops');
    await RELEASE.run(this.redis, [this.key], [this.holder]).catch(() => undefined);
  }

  /** Whether the lease certainly still stands: false as soon as it may have run out, also after a long sleep. */
  get isHeldNow(): boolean {
    return this.isHeld && performance.now() < this.heldUntil;
  }

  private get key(): string {
    return `ELVIS_ROLE:${this.name}`;
  }

  private async renew(): Promise<void> {
    const { leaseMs, renewMs } = this.timing;
    const askedAt = performance.now();
    let held: [number, number] | null = null;
    try {
      held = await HOLD.run(this.redis, [this.key, `${this.key}:term`], [this.holder, leaseMs]);
    } catch {
      if (this.isHeld && performance.now() > this.heldUntil) this.drop('Redis is away and the lease ran out');
      return;
    }
    if (!held) {
      if (this.isHeld) this.drop('another replica holds it');
      return;
    }
    const [term, isFresh] = held;
    this.heldUntil = askedAt + leaseMs - renewMs / 2;
    if (this.isHeld && isFresh) this.drop('the lease had run out');
    if (this.isHeld) return;
    this.isHeld = true;
    this.log.info({ role: this.name, term }, 'Role taken');
    this.work.take(term);
  }

  private drop(reason: string): void {
    this.isHeld = false;
    this.log.warn({ role: this.name, reason }, 'Role given up');
    this.work.lose();
  }
}
