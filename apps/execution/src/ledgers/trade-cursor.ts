/** The newest trade of each symbol whose fills are all accounted for; in Redis, so that a handover goes on from there. */
import { Redis } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';

/**
 * Hash `<market>:<symbol>` -> id of the newest trade up to which every fill is accounted for; `<market>` -> exchange time up
 * to which the bookings were looked through for symbols to ask.
 */
const KEY = 'ELVIS_LAST_TRADES';

@Injectable()
export class TradeCursor {
  constructor(private readonly redis: Redis) {}

  async readLastTrade(market: Market, symbol: string): Promise<string | undefined> {
    return (await this.redis.hget(KEY, `${market}:${symbol}`)) ?? undefined;
  }

  async writeLastTrade(market: Market, symbol: string, tradeId: string): Promise<void> {
    await this.redis.hset(KEY, `${market}:${symbol}`, tradeId);
  }

  /** Symbols of which some trade is known, or that there was none. */
  async knownSymbols(market: Market): Promise<ReadonlySet<string>> {
    const fields = await this.redis.hkeys(KEY);
    const prefix = `${market}:`;
    return new Set(fields.flatMap((field) => (field.startsWith(prefix) ? [field.slice(prefix.length)] : [])));
  }

  async readLookedUpTo(market: Market): Promise<number | undefined> {
    const known = await this.redis.hget(KEY, market);
    return known === null ? undefined : Number(known);
  }

  async writeLookedUpTo(market: Market, atMs: number): Promise<void> {
    await this.redis.hset(KEY, market, `${atMs}`);
  }
}
