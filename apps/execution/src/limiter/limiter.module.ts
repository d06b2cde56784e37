/** Wires the limiter into the service. Nobody else may hold a connection to the exchange's REST interface. */
import { EventLog, LOG, Log, Metrics, NATS, Redis, RedisModule, ServiceIdentity } from '@elvis/platform';
import { Injectable, Module, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { NatsConnection } from 'nats';
import { ExecutionConfig } from '../execution.config';
import { ClockLeader } from './clock-leader';
import { ExchangeCalls } from './calls/exchange-calls';
import { ExchangeClock } from './clock/exchange-clock';
import { Limiter } from './limiter';
import { monitorLimiter } from './limiter-monitor';
import { requestsOf } from './calls/market-requests';
import { NatsPeerStatus } from './peer-status';
import { RateLimitsController } from './rate-limits.controller';
import { RequestBudget } from './budget/request-budget';

/** The exchange itself gives up after 10 s; a request without an answer by then counts as lost. */
const REQUEST_TIMEOUT_MS = 10_000;

@Injectable()
class LimiterLifetime implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(private readonly limiter: Limiter) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.limiter.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.limiter.stop();
  }
}

function makeLimiter(
  config: ExecutionConfig,
  redis: Redis,
  nats: NatsConnection,
  identity: ServiceIdentity,
  metrics: Metrics,
  events: EventLog,
  log: Log,
): Limiter {
  const owner = identity.instance;
  return new Limiter(
    redis,
    new NatsPeerStatus(nats, owner),
    {
      owner,
      origins: new Map(config.markets().map((market) => [market, config.originOf(market)] as const)),
      requests: new Map(config.markets().map((market) => [market, requestsOf(market)] as const)),
      credentials: { apiKey: config.BINANCE_API_KEY, apiSecret: config.BINANCE_API_SECRET },
      recvWindowMs: config.BINANCE_RECV_WINDOW_MS,
      timeoutMs: REQUEST_TIMEOUT_MS,
      weightPerMinute: config.BINANCE_WEIGHT_LIMIT_PER_MIN,
      warnFraction: config.BINANCE_RATE_LIMIT_WARN_FRACTION,
      pauseMs: config.BINANCE_RATE_LIMIT_PAUSE_SECONDS * 1_000,
      maxReplicas: config.EXECUTION_MAX_REPLICAS,
      backoff: {
        attempts: config.BINANCE_RETRY_ATTEMPTS,
        minMs: config.BINANCE_RETRY_MIN_SECONDS * 1_000,
        maxMs: config.BINANCE_RETRY_MAX_SECONDS * 1_000,
        multiplier: config.BINANCE_RETRY_MULTIPLIER,
        chance: Math.random,
      },
    },
    monitorLimiter(metrics, events, log, config.BINANCE_RATE_LIMIT_WARN_FRACTION),
    log,
  );
}

@Module({
  imports: [RedisModule],
  controllers: [RateLimitsController],
  providers: [
    {
      provide: Limiter,
      inject: [ExecutionConfig, Redis, NATS, ServiceIdentity, Metrics, EventLog, LOG],
      useFactory: makeLimiter,
    },
    { provide: ExchangeCalls, inject: [Limiter], useFactory: ({ calls }: Limiter) => calls },
    { provide: ExchangeClock, inject: [Limiter], useFactory: ({ clock }: Limiter) => clock },
    { provide: RequestBudget, inject: [Limiter], useFactory: ({ budget }: Limiter) => budget },
    LimiterLifetime,
    ClockLeader,
  ],
  exports: [Limiter, ExchangeCalls, ExchangeClock, RequestBudget],
})
export class LimiterModule {}
