/** A key's newest orders, for the minute in which the database may not have all of them and their fills yet. */
import { FRONT_RECENT_PREFIX } from '@elvis/contracts';
import { Redis } from '@elvis/platform';
import { Injectable } from '@nestjs/common';
import { FrontClock } from '../clock/front-clock';

const RECENT_MS = 60_000;
const KEPT_AT_MOST = 200;

@Injectable()
export class RecentOrders {
  constructor(
    private readonly redis: Redis,
    private readonly time: FrontClock,
  ) {}

  async note(keyId: string, clientOrderId: string): Promise<void> {
    const key = FRONT_RECENT_PREFIX + keyId;
    await this.redis
      .multi()
      .zadd(key, Math.floor(this.time.now()), clientOrderId)
      .zremrangebyrank(key, 0, -KEPT_AT_MOST - 1)
      .pexpire(key, RECENT_MS)
      .exec()
      .catch(() => undefined);
  }

  /** Exchange time of the last one; a long time ago while Redis is unavailable. */
  async lastAtMs(keyId: string): Promise<number> {
    const [, score] = await this.redis
      .zrevrange(FRONT_RECENT_PREFIX + keyId, 0, 0, 'WITHSCORES')
      .catch((): string[] => []);
    return Number(score ?? 0);
  }

  /** Newest last; none while Redis is unavailable. */
  async of(keyId: string): Promise<string[]> {
    const from = Math.floor(this.time.now()) - RECENT_MS;
    return this.redis.zrangebyscore(FRONT_RECENT_PREFIX + keyId, from, '+inf').catch(() => []);
  }
}
