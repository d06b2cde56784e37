/** The exchange's clock as execution keeps it in Redis: exchange time is Redis time, as of now. */
import { EXCHANGE_CLOCK_KEY } from '@elvis/contracts';
import { Redis } from 'ioredis';

export async function writeClock(
  redis: Redis,
  change: Readonly<Record<string, string | number>> = {},
): Promise<void> {
  const runId = /run_id:(\w+)/.exec(await redis.info('server'))?.[1] ?? '';
  await redis.hset(EXCHANGE_CLOCK_KEY, {
    thetaMs: 0,
    errorMs: 5,
    runId,
    measuredAtMs: Date.now(),
    ...change,
  });
}
