/** The reservations of N replicas on one private Redis, with a clock, a permit and an empty structure at each reset. */
import { TRADING_PERMIT_KEY } from '@elvis/contracts';
import { createLog } from '@elvis/platform';
import { Redis } from 'ioredis';
import { buildExposure, PrivateRedis, startRedis } from '@elvis/testing';
import { HaltKeys } from '../src/kill-switch/halt-keys';
import { RedisIncarnation } from '../src/exposure/redis-incarnation';
import { ReservationStore } from '../src/exposure/reservation-store';
import { writeClock } from './exchange-clock';

export class ReservationStores {
  private constructor(
    private readonly server: PrivateRedis,
    readonly redis: Redis,
    private readonly connections: readonly Redis[],
    /** One of each replica. */
    readonly stores: readonly ReservationStore[],
  ) {}

  static async start(replicas = 4): Promise<ReservationStores> {
    const server = await startRedis();
    const connections = Array.from({ length: replicas }, () => new Redis(server.url, { protocol: 2 }));
    const stores = await Promise.all(
      connections.map(async (connection) => {
        const incarnation = new RedisIncarnation(connection);
        await new HaltKeys(connection, incarnation, createLog('risk', 0, 'fatal')).read();
        return new ReservationStore(connection, incarnation);
      }),
    );
    return new ReservationStores(server, new Redis(server.url), connections, stores);
  }

  async reset(): Promise<void> {
    const { redis } = this;
    await redis.flushall();
    await writeClock(redis, { errorMs: 1 });
    await redis.set(TRADING_PERMIT_KEY, '7');
    await buildExposure(redis);
  }

  async stop(): Promise<void> {
    for (const connection of [this.redis, ...this.connections]) connection.disconnect();
    await this.server.stop();
  }
}
