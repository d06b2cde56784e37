/**
 * The kill switch in Redis: each of these runs whole or not at all.
 *
 * KEYS, always the same five: switch, meta, stops, epoch, permit.
 */
import {
  KILL_SWITCH_KEY,
  KILL_SWITCH_META_KEY,
  STOPS_CHANNEL,
  STOPS_KEY,
  TRADING_EPOCH_KEY,
  TRADING_PERMIT_KEY,
} from '@elvis/contracts';
import { RedisScript } from '@elvis/platform';

export const HALT_KEYS = [
  KILL_SWITCH_KEY,
  KILL_SWITCH_META_KEY,
  STOPS_KEY,
  TRADING_EPOCH_KEY,
  TRADING_PERMIT_KEY,
] as const;

const COMMON = `
local function now_ms()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end
local function run_id()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
end
local function epoch_now()
  return tonumber(redis.call('GET', KEYS[4])) or 0
end
local function global_halt()
  local stops = redis.call('HGETALL', KEYS[3])
  for i = 2, #stops, 2 do
    local ok, stop = pcall(cjson.decode, stops[i])
    if ok and stop.state == 'HALTED' and stop.scope and stop.scope.type == 'global' then return stops[i] end
  end
  return nil
end
local function same_scope(one, other)
  return one and other and one.type == other.type and one.value == other.value
end
local function covering(wish)
  local stops = redis.call('HGETALL', KEYS[3])
  for i = 2, #stops, 2 do
    local ok, stop = pcall(cjson.decode, stops[i])
    if ok and stop.stopId ~= wish.stopId and same_scope(stop.scope, wish.scope) and stop.state == wish.state
      and (stop.cancelOpenOrders or not wish.cancelOpenOrders) and (stop.flatten or not wish.flatten) then
      return stops[i]
    end
  end
  return nil
end
local function tell()
  redis.call('PUBLISH', '${STOPS_CHANNEL}', '1')
end
`;

/**
 * Everything the switch says, at one moment: [time, run id, 1 if it stands, meta, epoch, stops as field-value list]. Any
 * value counts, of whatever kind; a meta that is no text says nothing.
 */
export const READ_SWITCH = new RedisScript<
  [number, string, number, string | null, number, string[]]
>(`${COMMON}
local meta = redis.call('TYPE', KEYS[2]).ok == 'string' and redis.call('GET', KEYS[2])
return { now_ms(), run_id(), redis.call('EXISTS', KEYS[1]), meta, epoch_now(), redis.call('HGETALL', KEYS[3]) }
`);

/**
 * Takes a stop: a new epoch, the stop written down, the permit deleted and, for a global halt, the switch set.
 * ARGV: the stop as JSON (its epoch is put in here), the highest epoch the caller has seen, and when it
 * is wanted: `always`, to `explain` a switch that nobody has given a reason for, or as the `first` of its kind: of
 * identical stops that race one stands. Answers the stop that stands, or false.
 */
export const BLOCK = new RedisScript<string | null>(`${COMMON}
if ARGV[3] == 'explain' and (redis.call('EXISTS', KEYS[1]) == 0 or global_halt()) then return false end
local stop = cjson.decode(ARGV[1])
local text = ARGV[3] == 'first' and covering(stop)
if not text then
  local epoch = math.max(epoch_now(), tonumber(ARGV[2])) + 1
  stop.epoch = epoch
  text = cjson.encode(stop)
  redis.call('SET', KEYS[4], epoch)
  redis.call('HSET', KEYS[3], stop.stopId, text)
end
redis.call('DEL', KEYS[5])
if stop.state == 'HALTED' and stop.scope.type == 'global' then
  redis.call('SETNX', KEYS[1], '1')
  redis.call('SET', KEYS[2], text)
end
tell()
return text
`);

/**
 * Brings Redis to what the durable record says: stops it lacks, clears it has not heard of, the epoch. A switch set
 * by hand that nobody has taken notice of yet is left standing. A record that is older than what Redis has heard of
 * adds nothing: a replica that comes late with one would bring back what a clear has ended since. The next pass has
 * a newer one, and no permit is written under an older epoch meanwhile. ARGV: epoch, number of stops, each stop as
 * JSON, then pairs of cleared stop id and epoch. Answers 1 if the switch stands afterwards.
 */
export const RESTORE = new RedisScript<number>(`${COMMON}
local epoch = tonumber(ARGV[1])
local count = tonumber(ARGV[2])
local was_halted = global_halt()
for i = 3 + count, #ARGV, 2 do
  local text = redis.call('HGET', KEYS[3], ARGV[i])
  if text then
    local ok, stop = pcall(cjson.decode, text)
    if not ok or tonumber(stop.epoch) <= tonumber(ARGV[i + 1]) then
      redis.call('HDEL', KEYS[3], ARGV[i])
      tell()
    end
  end
end
if epoch >= epoch_now() then
  for i = 3, 2 + count do
    local stop = cjson.decode(ARGV[i])
    local text = redis.call('HGET', KEYS[3], stop.stopId)
    local ok, known = pcall(cjson.decode, text or '')
    if not ok or tonumber(known.epoch) < tonumber(stop.epoch) then
      redis.call('HSET', KEYS[3], stop.stopId, ARGV[i])
      redis.call('DEL', KEYS[5])
      tell()
    end
  end
end
local halt = global_halt()
if halt then
  if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SET', KEYS[1], '1') end
  if redis.call('TYPE', KEYS[2]).ok ~= 'string' or redis.call('GET', KEYS[2]) ~= halt then redis.call('SET', KEYS[2], halt) end
  redis.call('DEL', KEYS[5])
elseif was_halted then
  redis.call('DEL', KEYS[1], KEYS[2])
end
if epoch > epoch_now() then
  redis.call('SET', KEYS[4], epoch)
  redis.call('DEL', KEYS[5])
end
return redis.call('EXISTS', KEYS[1])
`);

/**
 * Writes the permit, if it may be written. ARGV: Redis time and run id from before the durable record was read, the
 * permit's life, the epoch. Does nothing if that life is over, if this is another Redis, if the switch stands or if
 * a higher epoch does. Answers 1 if the permit stands under this epoch.
 */
export const PERMIT = new RedisScript<number>(`${COMMON}
local expiry = tonumber(ARGV[1]) + tonumber(ARGV[3])
local epoch = tonumber(ARGV[4])
if now_ms() >= expiry then return 0 end
if run_id() ~= ARGV[2] then return 0 end
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local permitted = tonumber(redis.call('GET', KEYS[5])) or 0
if epoch_now() > epoch or permitted > epoch then return 0 end
if permitted == epoch and now_ms() + redis.call('PTTL', KEYS[5]) >= expiry then return 1 end
redis.call('SET', KEYS[4], epoch)
redis.call('SET', KEYS[5], epoch, 'PXAT', expiry)
return 1
`);
