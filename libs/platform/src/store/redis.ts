/**
 * Redis for the order path: nothing is queued while it is unavailable and nothing is sent twice, because an order that
 * waits for a dead Redis, or a script that runs again later, would be worse than a refusal.
 */
import { TradingFailure } from '@elvis/trading';
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { RedisServiceConfig } from '../config/service.config';
import { readLua } from './lua';
import { writeOnceATurn } from '../bus/write-once-a-turn';

export { Redis };

const COMMAND_TIMEOUT_MS = 1_000;

export function connectRedis(config: RedisServiceConfig): Redis {
  const redis = new Redis({
    host: config.REDIS_HOST,
    port: config.REDIS_PORT,
    db: config.REDIS_DB,
    password: config.REDIS_PASSWORD,
    protocol: 2,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 1_000),
  });
  redis.on('connect', () => writeOnceATurn(redis.stream));
  return redis;
}

/** A Lua script that runs whole or not at all: one round trip, one decision. */
export class RedisScript<Reply> {
  private readonly sha: string;

  constructor(private readonly source: string) {
    this.sha = createHash('sha1').update(source).digest('hex');
  }

  /** `lua/<name>.lua` below that folder; see `readLua`. */
  static read<Reply>(...file: Parameters<typeof readLua>): RedisScript<Reply> {
    return new RedisScript(readLua(...file));
  }

  /** Makes it known to this Redis, so that the first run of it costs one round trip like any other. */
  async load(redis: Redis): Promise<void> {
    await redis.script('LOAD', this.source);
  }

  /** @throws TradingFailure STORE_UNAVAILABLE Redis is unavailable or refuses; whether it ran is not known */
  async run(redis: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    try {
      return (await redis.evalsha(this.sha, keys.length, ...keys, ...args)) as Reply;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw away(error);
    }
    try {
      return (await redis.eval(this.source, keys.length, ...keys, ...args)) as Reply;
    } catch (error) {
      throw away(error);
    }
  }
}

/**
 * What single commands answer. @throws TradingFailure STORE_UNAVAILABLE Redis is unavailable or refuses; whether it ran
 * is not known
 */
export async function redisAnswer<Reply>(work: Promise<Reply>): Promise<Reply> {
  try {
    return await work;
  } catch (error) {
    throw away(error);
  }
}

const away = (cause: unknown): TradingFailure =>
  new TradingFailure(
    'STORE_UNAVAILABLE',
    'Redis is unavailable or refuses writes; it is not known whether the last step took effect. Retry',
    {
      cause,
      retryAfterMs: 1_000,
    },
  );
