/** One route of Nest on Fastify: unlimited, behind our limits, or behind @nestjs/throttler with Redis storage. */
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { Metrics, connectRedis } from '@elvis/platform';
import { Controller, DynamicModule, Get, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { FastifyInstance } from 'fastify';
import { Redis } from 'ioredis';
import { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { GatewayConfig } from '../../apps/gateway/src/gateway.config';
import { IpLimiter } from '../../apps/gateway/src/limits/ip-limiter';
import { addressKey, writeLimitHeaders } from '../../apps/gateway/src/limits/limit-answer';

const NEVER_REACHED = 9_000_000;
const WINDOW_S = 60;

@Controller()
class OneRoute {
  @Get('one')
  answer(): object {
    return { ok: true };
  }
}

@Module({ controllers: [OneRoute] })
class App {
  static with(limits: string, redisUrl: string): DynamicModule {
    if (limits !== 'throttler') return { module: App };
    const throttler = ThrottlerModule.forRoot({
      throttlers: [{ ttl: WINDOW_S * 1_000, limit: NEVER_REACHED }],
      storage: new ThrottlerStorageRedisService(new Redis(redisUrl)),
    });
    return {
      module: App,
      imports: [throttler],
      providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
    };
  }
}

async function main(limits: string, redisUrl: string): Promise<void> {
  const adapter = new FastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(App.with(limits, redisUrl), adapter, {
    logger: false,
  });
  if (limits === 'ours') limitAsTheGatewayDoes(adapter.getInstance<FastifyInstance>(), redisUrl);
  await app.listen(0, '127.0.0.1');
  process.send?.({ port: (adapter.getInstance<FastifyInstance>().server.address() as AddressInfo).port });
}

/** As `front.ts` has it. */
function limitAsTheGatewayDoes(instance: FastifyInstance, redisUrl: string): void {
  const { hostname, port, password } = new URL(redisUrl);
  const redis = connectRedis({
    REDIS_HOST: hostname,
    REDIS_PORT: Number(port),
    REDIS_PASSWORD: password,
    REDIS_DB: 0,
  } as Parameters<typeof connectRedis>[0]);
  const config = { RATE_LIMIT: { DEFAULT: `${NEVER_REACHED}/${WINDOW_S}` } } as unknown as GatewayConfig;
  const limiter = new IpLimiter(redis, config, new Metrics(), pino({ level: 'fatal' }));
  instance.addHook('onRequest', async (request, reply) => {
    const count = await limiter.count('DEFAULT', addressKey(request.ip));
    if (!count) throw new Error('This request was not counted');
    writeLimitHeaders(reply, count);
    if (count.isOver) throw new Error('The limit was reached');
  });
}

void main(process.argv[2] ?? '', process.argv[3] ?? '');
