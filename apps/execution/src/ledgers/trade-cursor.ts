/** The newest trade of each symbol whose fills are all accounted for; in Redis, so that a handover goes on from there. */
import { Redis } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';

/** Hash `<market>:<symbol>` -> id of the newest trade up to which every fill is accounted for. */
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
}
