/**
 * A key that one holder at a time owns, until it runs out. Anyone who renews his, or counts his terms, has a script of
 * his own that includes `lua/lease.lua`.
 */
import { Redis, RedisScript, redisAnswer } from './redis';

const RELEASE = RedisScript.read<number>(__dirname, 'release');

/** Whether it was free; also nobody who holds it takes it twice. @throws TradingFailure STORE_UNAVAILABLE */
export const takeLease = async (
  redis: Redis,
  key: string,
  holder: string,
  lastsMs: number,
): Promise<boolean> => (await redisAnswer(redis.set(key, holder, 'PX', lastsMs, 'NX'))) === 'OK';

/** Nothing happens to one that is another's by now. With Redis away it runs out by itself. */
export async function releaseLease(redis: Redis, key: string, holder: string): Promise<void> {
  await RELEASE.run(redis, [key], [holder]).catch(() => undefined);
}
