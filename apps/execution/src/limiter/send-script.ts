/**
 * The last gate before the wire: one Redis round trip that decides, for the whole fleet at one instant, whether this
 * request may leave, and records until when it may be accepted. Whatever it refuses was never sent.
 */
import {
  EXCHANGE_CLOCK_KEY,
  EXPOSURE_KEY,
  GRANTS_KEY,
  KILL_SWITCH_KEY,
  TRADING_PERMIT_KEY,
  reservationField,
} from '@elvis/contracts';
import { Redis, RedisScript } from '@elvis/platform';

export interface SendRequest {
  readonly clientOrderId: string;
  readonly approvalId: string;
  readonly epoch: number;
  /** Flatten orders pass the switch and need no permit; risk alone signs them. */
  readonly purpose: 'trade' | 'flatten';
  /** Exchange time. */
  readonly sendByMs: number;
  /** Of the signed request, fixed before this call; never later than `sendByMs`. */
  readonly timestampMs: number;
  readonly recvWindowMs: number;
}

/** Why the script did not let it out. */
export const SEND_REFUSALS = ['HALTED', 'PERMIT', 'EPOCH', 'RESERVATION', 'CLOCK', 'LATE', 'AHEAD'] as const;
export type SendRefusal = (typeof SEND_REFUSALS)[number];

const SEND = new RedisScript<string>(`
local switch, permit, exposure, grants, clock = unpack(KEYS)
local epoch, field, sendBy, timestamp, recvWindow, approval, purpose = unpack(ARGV)
if purpose ~= 'flatten' then
  if redis.call('EXISTS', switch) == 1 then return 'HALTED' end
  local permitted = redis.call('GET', permit)
  if not permitted then return 'PERMIT' end
  if permitted ~= epoch then return 'EPOCH' end
end
if redis.call('HEXISTS', exposure, field) == 0 then return 'RESERVATION' end
local reading = redis.call('HMGET', clock, 'thetaMs', 'errorMs')
if not reading[1] or not reading[2] then return 'CLOCK' end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000 + tonumber(reading[1])
if now > tonumber(sendBy) or tonumber(timestamp) > tonumber(sendBy) then return 'LATE' end
if tonumber(timestamp) > now + tonumber(reading[2]) then return 'AHEAD' end
redis.call('HSET', grants, approval, string.format('%d', tonumber(timestamp) + tonumber(recvWindow)))
return 'GRANTED'
`);

/** Asks for the grant. @throws TradingFailure STORE_UNAVAILABLE Redis did not answer: treat as not granted, send nothing */
export async function askToSend(redis: Redis, request: SendRequest): Promise<'GRANTED' | SendRefusal> {
  const answer = await SEND.run(
    redis,
    [KILL_SWITCH_KEY, TRADING_PERMIT_KEY, EXPOSURE_KEY, GRANTS_KEY, EXCHANGE_CLOCK_KEY],
    [
      request.epoch,
      reservationField(request.clientOrderId),
      request.sendByMs,
      request.timestampMs,
      request.recvWindowMs,
      request.approvalId,
      request.purpose,
    ],
  );
  return answer as 'GRANTED' | SendRefusal;
}

/** The request was answered, or its grant is past its end: it is in flight no more. */
export const endGrant = (redis: Redis, approvalId: string): Promise<number> =>
  redis.hdel(GRANTS_KEY, approvalId);
