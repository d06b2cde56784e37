import { Global, Inject, Injectable, Module, OnApplicationShutdown } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Health } from '../observability/health';
import { Log } from '../observability/logger';
import { LOG } from '../platform.module';
import { connectRedis, Redis } from './redis';
import { RedisServiceConfig } from '../config/service.config';

const MOST_WAIT_MS = 2_000;
const LOOK_EVERY_MS = 5;

@Injectable()
class RedisLifetime implements OnApplicationShutdown {
  constructor(
    private readonly redis: Redis,
    health: Health,
    @Inject(LOG) log: Log,
  ) {
    health.require('redis', () => (redis.status === 'ready' ? undefined : `Redis is ${redis.status}`));
    redis.on('error', (error: Error) =>
      log.warn(
        { reason: error.message },
        'The Redis connection failed; reconnecting. What needs Redis is refused until then',
      ),
    );
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}

/**
 * A service that begins before its connection stands would take Redis for unavailable; one that does not come is
 * unavailable.
 */
async function openRedis(config: RedisServiceConfig): Promise<Redis> {
  const redis = connectRedis(config);
  const quiet = (): void => undefined;
  redis.on('error', quiet);
  const deadline = performance.now() + MOST_WAIT_MS;
  while (redis.status !== 'ready' && performance.now() < deadline) {
    await pause(LOOK_EVERY_MS);
  }
  redis.off('error', quiet);
  return redis;
}

/** Gives a service its Redis connection; its config extends `RedisServiceConfig`. */
@Global()
@Module({
  providers: [{ provide: Redis, inject: [RedisServiceConfig], useFactory: openRedis }, RedisLifetime],
  exports: [Redis],
})
export class RedisModule {}
