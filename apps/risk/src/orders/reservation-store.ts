/**
 * Reserves an order's worst case in Redis, in the same step that proves that it may be sent at all: no switch, a
 * permit under the epoch this replica decided by, an exchange clock that can be trusted. The reservation is what the
 * send script looks for, so an order that lost it cannot leave.
 */
import {
  EXCHANGE_CLOCK_KEY,
  EXPOSURE_KEY,
  KILL_SWITCH_KEY,
  TRADING_PERMIT_KEY,
  reservationField,
} from '@elvis/contracts';
import { Redis, RedisScript } from '@elvis/platform';
import { OrderContent, canonicalOrder } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { MAX_CLOCK_ERROR_MS } from '../domain/stop-bound';
import { HaltKeys } from '../kill-switch/halt-keys';

/** The clock keeper measures every 30 s; three times missed is stale. */
const MAX_CLOCK_AGE_MS = 120_000;

/** KEYS: switch, permit, clock, exposure. ARGV: run id, epoch, field, reservation without its time, order, limits. */
const RESERVE = new RedisScript<[string, ...(string | number)[]]>(`
if redis.call('EXISTS', KEYS[1]) == 1 then return { 'HALTED' } end
local permit = redis.call('GET', KEYS[2])
if not permit then return { 'NO_PERMIT' } end
if permit ~= ARGV[2] then return { 'OTHER_EPOCH', permit } end
local clock = redis.call('HMGET', KEYS[3], 'thetaMs', 'errorMs', 'runId', 'measuredAtMs')
local theta, err, measured = tonumber(clock[1]), tonumber(clock[2]), tonumber(clock[4])
if not theta or not err or not measured then return { 'CLOCK', 'never measured' } end
if clock[3] ~= ARGV[1] then return { 'CLOCK', 'measured against another Redis' } end
if err > tonumber(ARGV[6]) then return { 'CLOCK', 'its error is ' .. clock[2] .. ' ms' } end
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
if math.abs(now + theta - measured) > tonumber(ARGV[7]) then return { 'CLOCK', 'measured too long ago' } end
local exchange_now = math.floor(now + theta)
local standing = redis.call('HGET', KEYS[4], ARGV[3])
if standing then
  local ok, reserved = pcall(cjson.decode, standing)
  if not ok or reserved.order ~= ARGV[5] then return { 'TAKEN' } end
else
  redis.call('HSET', KEYS[4], ARGV[3], ARGV[4] .. exchange_now .. '}')
end
return { 'RESERVED', exchange_now }
`);

/** Takes the reservation back if it is still this approval's. */
const RETURN = new RedisScript<number>(`
local standing = redis.call('HGET', KEYS[1], ARGV[1])
if not standing then return 0 end
local ok, reserved = pcall(cjson.decode, standing)
if ok and reserved.approvalId ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
`);

export interface Wanted {
  readonly content: OrderContent;
  readonly actor: string;
  readonly approvalId: string;
  readonly notional: string;
  /** The epoch of the view that the order was judged by. */
  readonly epoch: number;
}

export type Reservation =
  | { readonly kind: 'reserved'; readonly exchangeNowMs: number }
  | { readonly kind: 'halted' }
  | { readonly kind: 'no-permit' }
  | { readonly kind: 'other-epoch' }
  | { readonly kind: 'clock'; readonly why: string }
  | { readonly kind: 'taken' };

@Injectable()
export class ReservationStore {
  constructor(
    private readonly redis: Redis,
    private readonly keys: HaltKeys,
  ) {}

  /** @throws TradingFailure STORE_UNAVAILABLE Redis is away; whether it was reserved is not known */
  async reserve({ content, actor, approvalId, notional, epoch }: Wanted): Promise<Reservation> {
    const { clientOrderId, market, symbol, side, quantity } = content;
    const order = fingerprint(content);
    const body = JSON.stringify({ market, symbol, side, quantity, notional, actor, approvalId, order });
    const [word, detail] = await RESERVE.run(
      this.redis,
      [KILL_SWITCH_KEY, TRADING_PERMIT_KEY, EXCHANGE_CLOCK_KEY, EXPOSURE_KEY],
      [
        this.keys.runId,
        epoch,
        reservationField(clientOrderId),
        `${body.slice(0, -1)},"atMs":`,
        order,
        MAX_CLOCK_ERROR_MS,
        MAX_CLOCK_AGE_MS,
      ],
    );
    switch (word) {
      case 'RESERVED':
        return { kind: 'reserved', exchangeNowMs: Number(detail) };
      case 'HALTED':
        return { kind: 'halted' };
      case 'NO_PERMIT':
        return { kind: 'no-permit' };
      case 'OTHER_EPOCH':
        return { kind: 'other-epoch' };
      case 'TAKEN':
        return { kind: 'taken' };
      default:
        return { kind: 'clock', why: `${detail}` };
    }
  }

  /** Only after VOID stands in the journal. */
  async giveBack(clientOrderId: string, approvalId: string): Promise<void> {
    await RETURN.run(this.redis, [EXPOSURE_KEY], [reservationField(clientOrderId), approvalId]);
  }
}

const fingerprint = (content: OrderContent): string =>
  createHash('sha256').update(canonicalOrder(content)).digest('base64url').slice(0, 22);
