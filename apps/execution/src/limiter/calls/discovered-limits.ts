/**
 * The limits as somebody of the fleet last read them, kept in Redis: a replica that starts in the middle of a busy
 * minute must not judge the fleet's spending by the small budget of one that knows nothing.
 */
import { MeterLimit } from '@elvis/binance';
import { Redis } from '@elvis/platform';
import { Market } from '@elvis/trading';

/** The limits of the exchange as last read, JSON; two days, read again each day. */
const KEY = 'ELVIS_EXCHANGE_LIMITS';
/** They are read again each day. */
const LASTS_SECONDS = 2 * 86_400;

export interface MarketLimits {
  readonly general: readonly MeterLimit[];
  readonly ofAccount: readonly MeterLimit[];
}

export class DiscoveredLimits {
  constructor(private readonly redis: Redis) {}

  /** Undefined if they have not been read, or Redis cannot be asked. */
  async readLimits(market: Market): Promise<MarketLimits | undefined> {
    try {
      const text = await this.redis.hget(KEY, market);
      return text === null ? undefined : (JSON.parse(text) as MarketLimits);
    } catch {
      return undefined;
    }
  }

  async writeLimits(market: Market, limits: MarketLimits): Promise<void> {
    try {
      await this.redis.hset(KEY, market, JSON.stringify(limits));
      await this.redis.expire(KEY, LASTS_SECONDS);
    } catch {
      // The next replica to start asks the exchange itself.
    }
  }
}
