/**
 * Requests of one address in a fixed window, counted in Redis by one atomic script, for all gateways together.
 *
 * With Redis away requests pass: the limits protect against too much, not against too little. A circuit breaker
 * then stops asking, so that a dead Redis costs nothing, and tries again every few seconds.
 */
import { LOG, Log, Metrics, Redis, RedisScript } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { CircuitBreakerPolicy, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { GatewayConfig } from '../gateway.config';
import { LimitName, RateLimit, readLimits } from '../config/rate-limits';

const FAILURES_IN_A_ROW = 5;
const HALF_OPEN_AFTER_MS = 2_000;
const TIMEOUT_MS = 250;

export interface Count {
  readonly limit: RateLimit;
  readonly used: number;
  readonly resetMs: number;
  readonly isOver: boolean;
}

/** Answers what this request made the count, and how long the window still lasts. */
const countOne = RedisScript.read<[used: number, resetMs: number]>(__dirname, 'count');

/** A window that has ended meanwhile has nothing to take back. */
const takeBackOne = RedisScript.read<number>(__dirname, 'take-back');

@Injectable()
export class IpLimiter {
  private readonly limits: ReadonlyMap<LimitName, RateLimit>;
  private readonly breaker: CircuitBreakerPolicy;
  private readonly refused;
  private readonly skipped;

  constructor(
    private readonly redis: Redis,
    config: GatewayConfig,
    metrics: Metrics,
    @Inject(LOG) log: Log,
  ) {
    this.limits = readLimits(config.RATE_LIMIT);
    for (const [name, value] of Object.entries(config.RATE_LIMIT)) {
      if (value === 'off')
        log.warn(`RATE_LIMIT_${name} is off: these requests are not rate-limited per address`);
    }
    this.breaker = circuitBreaker(handleAll, {
      breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
      halfOpenAfter: HALF_OPEN_AFTER_MS,
    });
    const state = metrics.gauge(
      'gateway_rate_limit_circuit_state',
      'Circuit breaker of the per-IP limits: 0 closed, 1 open, 2 half open',
    );
    this.breaker.onStateChange((next) => {
      state.set(next);
      log.warn(
        { circuit: next },
        'Rate limits per address changed state (circuit 0: counting; 1: Redis fails, requests are not limited; 2: testing Redis)',
      );
    });
    this.refused = metrics.counter('gateway_rate_limited_total', 'Requests refused with 429', ['endpoint']);
    this.skipped = metrics.counter('gateway_rate_limit_skipped_total', 'Requests let through uncounted');
  }

  /** Counts this request; undefined where its limit is off, or where it could not be counted and passes. */
  async count(name: LimitName, who: string): Promise<Count | undefined> {
    const limit = this.limits.get(name);
    if (!limit) return undefined;
    try {
      const [used, resetMs] = await this.breaker.execute(() =>
        inTime(countOne.run(this.redis, [keyOf(limit, who)], [limit.windowMs])),
      );
      const isOver = used > limit.count;
      if (isOver) this.refused.inc({ endpoint: limit.endpoint });
      return { limit, used, resetMs, isOver };
    } catch {
      this.skipped.inc();
      return undefined;
    }
  }

  /** Takes back one request that turned out not to count. */
  async giveBack(name: LimitName, who: string): Promise<void> {
    const limit = this.limits.get(name);
    if (!limit) return;
    await this.breaker
      .execute(() => inTime(takeBackOne.run(this.redis, [keyOf(limit, who)], [])))
      .catch(() => undefined);
  }
}

/** Requests of one client to one limited endpoint; for the length of the limit's window. */
const keyOf = ({ endpoint }: { readonly endpoint: string }, who: string): string => `rl:${endpoint}:${who}`;

/** One timer: cockatiel's own time-out makes an AbortController and four listeners for each request. */
function inTime<Result>(work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new Error(
            'Redis did not count a request for the rate limits per address in time; the request passes uncounted',
          ),
        ),
      TIMEOUT_MS,
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
