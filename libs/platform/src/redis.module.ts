import { Global, Inject, Injectable, Module, OnApplicationShutdown } from '@nestjs/common';
import { Health } from './health';
import { Log } from './logger';
import { LOG } from './platform.module';
import { connectRedis, Redis } from './redis';
import { RedisServiceConfig } from './service.config';

@Injectable()
class RedisLifetime implements OnApplicationShutdown {
  constructor(
    private readonly redis: Redis,
    health: Health,
    @Inject(LOG) log: Log,
  ) {
    health.require('redis', () => (redis.status === 'ready' ? undefined : `Redis is ${redis.status}`));
    redis.on('error', (error: Error) => log.warn({ reason: error.message }, 'Redis connection trouble'));
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}

/** Gives a service its Redis connection; its config extends `RedisServiceConfig`. */
@Global()
@Module({
  providers: [{ provide: Redis, inject: [RedisServiceConfig], useFactory: connectRedis }, RedisLifetime],
  exports: [Redis],
})
export class RedisModule {}
