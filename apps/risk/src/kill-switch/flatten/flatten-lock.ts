/** What flattening needs of Redis: who does it, the exchange's time, and the reservations its orders leave with. */
import { EXCHANGE_CLOCK_KEY, EXPOSURE_KEY, SubmitOrder, reservationField } from '@elvis/contracts';
import { Redis, RedisScript } from '@elvis/platform';
import { TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';

const LEASE_MS = 10_000;

const HOLD = new RedisScript<number>(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`);

/** KEYS: clock, exposure. ARGV: field and reservation without its time, or nothing. Answers exchange time or false. */
const RESERVE = new RedisScript<number | null>(`
local theta = tonumber(redis.call('HGET', KEYS[1], 'thetaMs') or '')
if not theta then return false end
local t = redis.call('TIME')
local now = math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000 + theta)
if ARGV[1] then redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. now .. '}') end
return now
`);

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
    const now = await RESERVE.run(this.redis, [EXCHANGE_CLOCK_KEY, EXPOSURE_KEY], args);
    if (now !== null) return now;
    throw new TradingFailure('CLOCK_UNCERTAIN', "The exchange's clock is not known");
  }
}
