/**
 * Which order a number at the exchange is, for as long as the database may not know it yet. Written before the client
 * hears the number, so that "there is no such order" is never said of one that was just placed or has just ended.
 */
import { FRONT_NUMBER_PREFIX, OrderView } from '@elvis/contracts';
import { Redis } from '@elvis/platform';
import { Market, TradingFailure } from '@elvis/trading';
import { ALGO_NUMBER } from './order-rows';
import { Injectable } from '@nestjs/common';

/** Far longer than the database is ever behind. */
const KEPT_S = 86_400;

@Injectable()
export class OrderNumbers {
  constructor(private readonly redis: Redis) {}

  /** While Redis is unavailable nothing is kept; then the number is looked for in the database alone. */
  async keep({ market, symbol, exchangeOrderId, clientOrderId }: OrderView): Promise<void> {
    if (exchangeOrderId === undefined) return;
    const transaction = this.redis.multi();
    transaction.set(
      keyOf(market, symbolOf(symbol, exchangeOrderId), exchangeOrderId),
      clientOrderId,
      'EX',
      KEPT_S,
    );
    if (exchangeOrderId.startsWith(ALGO_NUMBER))
      transaction.set(algoKeyOf(clientOrderId), exchangeOrderId.slice(ALGO_NUMBER.length), 'EX', KEPT_S);
    await transaction.exec().catch(() => undefined);
  }

  /** The number by which the algo service knows an order that may have woken since. */
  async algoIdOf(clientOrderId: string): Promise<string | undefined> {
    return (await this.redis.get(algoKeyOf(clientOrderId)).catch(() => null)) ?? undefined;
  }

  /** The order's own id; undefined for a number that no front has told. @throws TradingFailure STORE_UNAVAILABLE */
  async find(market: Market, symbol: string, exchangeOrderId: string): Promise<string | undefined> {
    try {
      return (
        (await this.redis.get(keyOf(market, symbolOf(symbol, exchangeOrderId), exchangeOrderId))) ?? undefined
      );
    } catch (cause) {
      throw new TradingFailure(
        'STORE_UNAVAILABLE',
        'Redis is unavailable, so it is not known which order this number is; ask again, or by the client order id',
        { cause },
      );
    }
  }
}

/** The algo service's numbers are its own over all symbols, and are asked for without one. */
const symbolOf = (symbol: string, number: string): string => (number.startsWith(ALGO_NUMBER) ? '' : symbol);
const algoKeyOf = (clientOrderId: string): string => `${FRONT_NUMBER_PREFIX}algo-of:${clientOrderId}`;
const keyOf = (market: Market, symbol: string, number: string): string =>
  `${FRONT_NUMBER_PREFIX}${market}:${symbol}:${number}`;
