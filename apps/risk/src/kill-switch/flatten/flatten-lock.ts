/** What flattening needs of Redis: who does it, the exchange's time, and the reservations its orders leave with. */
import {
  EXCHANGE_CLOCK_KEY,
  EXPOSURE_KEY,
  EXPOSURE_SUMS_KEY,
  SubmitOrder,
  reservationField,
} from '@elvis/contracts';
import { Redis, RedisScript } from '@elvis/platform';
import { EXPOSURE_UNITS, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';

const LEASE_MS = 10_000;

const HOLD = RedisScript.read<number>(__dirname, 'hold');
const RESERVE = RedisScript.read<number | null>(__dirname, 'reserve', EXPOSURE_UNITS);

/** The replica that flattens for a stop; 10 s unless renewed. */
const keyOf = (stopId: string): string => `ELVIS_FLATTEN:${stopId}`;

@Injectable()
export class FlattenLock {
  constructor(private readonly redis: Redis) {}

  /** Whether this replica flattens; for some seconds, unless it asks again. */
  async hold(stopId: string, replica: string): Promise<boolean> {
    return (await HOLD.run(this.redis, [keyOf(stopId)], [replica, LEASE_MS])) === 1;
  }

  exchangeNowMs(): Promise<number> {
    return this.run([]);
  }

  /** Answers exchange time. A reduce-only order can open nothing, so no cap is asked. */
  reserve(
    { clientOrderId, market, symbol, side, quantity, actor }: SubmitOrder,
    { approvalId, notional }: { readonly approvalId: string; readonly notional: string },
  ): Promise<number> {
    const body = { market, symbol, side, quantity, notional, actor, approvalId, reduceOnly: true };
    return this.run([reservationField(clientOrderId), `${JSON.stringify(body).slice(0, -1)},"atMs":`]);
  }

  /** @throws TradingFailure CLOCK_UNCERTAIN, STORE_UNAVAILABLE */
  private async run(args: readonly string[]): Promise<number> {
    const now = await RESERVE.run(this.redis, [EXCHANGE_CLOCK_KEY, EXPOSURE_KEY, EXPOSURE_SUMS_KEY], args);
    if (now !== null) return now;
    throw new TradingFailure(
      'CLOCK_UNCERTAIN',
      'The time of the exchange is not known, so closing the positions waits. Retrying',
    );
  }
}
