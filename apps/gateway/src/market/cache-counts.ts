/** Hits and misses of the caches: in Redis for all gateways together, in the metrics for this one. */
import { Metrics, Redis } from '@elvis/platform';
import { Injectable } from '@nestjs/common';

@Injectable()
export class CacheCounts {
  private readonly looks;

  constructor(
    private readonly redis: Redis,
    metrics: Metrics,
  ) {
    this.looks = metrics.counter('gateway_cache_total', 'Cache lookups by outcome', ['cache', 'outcome']);
  }

  /** One look into `cache`; nobody waits for Redis to have counted it. */
  count(cache: string, isHit: boolean): void {
    const outcome = isHit ? 'hit' : 'miss';
    this.looks.inc({ cache, outcome });
    this.redis.incr(`metrics:cache_${outcome}:${cache}`).catch(() => undefined);
  }
}
