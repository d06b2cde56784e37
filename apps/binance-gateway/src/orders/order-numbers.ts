/**
 * Which order a number at the exchange is, for as long as the database may not know it yet. Written before the client
 * hears the number, so that "there is no such order" is never said of one that was just placed or has just ended.
 */
import { FRONT_NUMBER_PREFIX, OrderView } from '@elvis/contracts';
import { Redis } from '@elvis/platform';
import { Market, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';

/** Far longer than the database is ever behind. */
const KEPT_S = 86_400;

@Injectable()
export class OrderNumbers {
  constructor(private readonly redis: Redis) {}

  /** While Redis is unavailable nothing is kept; then the number is looked for in the database alone. */
  async keep({ market, symbol, exchangeOrderId, clientOrderId }: OrderView): Promise<void> {
    if (exchangeOrderId === undefined) return;
    const key = keyOf(market, symbol, exchangeOrderId);
    await this.redis.set(key, clientOrderId, 'EX', KEPT_S).catch(() => undefined);
  }

  /** The order's own id; undefined for a number that no front has told. @throws TradingFailure STORE_UNAVAILABLE */
  async find(market: Market, symbol: string, exchangeOrderId: string): Promise<string | undefined> {
    try {
      return (await this.redis.get(keyOf(market, symbol, exchangeOrderId))) ?? undefined;
    } catch (cause) {
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'Redis is unavailable, so it is not known which order this number is; ask again, or by the client order id',
        { cause },
      );
    }
  }
}

const keyOf = (market: Market, symbol: string, number: string): string =>
  `${FRONT_NUMBER_PREFIX}${market}:${symbol}:${number}`;
