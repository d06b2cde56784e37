/**
 * The scripts around the ledger. `DECIDE` is the one gate before the wire: kill switch, permit, epoch, reservation,
 * `sendBy`, timestamp, freeze, queue and budget are judged at one instant, for all or nothing, in one round trip.
 *
 * Exchange time inside a script is Redis TIME + theta; a theta of another Redis run, or an old one, is no clock.
 */
import { CLOCK_DRIFT, MAX_CLOCK_AGE_MS, MAX_CLOCK_ERROR_MS } from '@elvis/contracts';
import { LEDGER_LUA } from './ledger.lua';

/** With a larger error than this the exchange's windows cannot be kept in step with, by calls of any kind. */
const MAX_PACING_ERROR_MS = 2_000;

/** Tests put a chosen time in its place. */
export const REDIS_TIME_LUA = `
local function redis_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
`;

const CLOCK_LUA = `
local MAX_CLOCK_AGE_MS, MAX_PACING_ERROR_MS, DRIFT = ${MAX_CLOCK_AGE_MS}, ${MAX_PACING_ERROR_MS}, ${CLOCK_DRIFT}

local function exchange_clock(key, runId)
  local reading = redis.call('HMGET', key, 'thetaMs', 'errorMs', 'runId', 'measuredAtMs')
  local theta = tonumber(reading[1]) or 0
  local now = redis_ms() + theta
  local age = now - (tonumber(reading[4]) or 0)
  local error = math.ceil((tonumber(reading[2]) or 0) + max(0, age) * DRIFT)
  local valid = reading[1] and reading[2] and reading[3] == runId
    and age <= MAX_CLOCK_AGE_MS and age >= -MAX_CLOCK_AGE_MS and error <= MAX_PACING_ERROR_MS
  if not valid then error = 0 end
  return now, error, valid
end
`;

const FREEZE_LUA = `
local FREEZE_KEPT_MS = 86400000

local function freeze_until(key, endsAt, kind, probe)
  redis.call('HSET', key, 'endsAt', whole(endsAt), 'kind', kind, 'probe', probe)
  redis.call('PEXPIRE', key, whole(max(0, endsAt - redis_ms()) + FREEZE_KEPT_MS))
end

-- What a replica remembers is written back: a Redis that lost its data does not shorten a ban.
local function remember(key, memory, now)
  local state = redis.call('HMGET', key, 'endsAt', 'thawed')
  local known = max(tonumber(state[1]) or 0, tonumber(state[2]) or 0)
  if memory.endsAt > known and (memory.endsAt > now or memory.probe == 1) then
    freeze_until(key, memory.endsAt, memory.kind, whole(memory.probe))
  end
end

local function frozen(key, memory, now, owner)
  if memory.endsAt > 0 then remember(key, memory, now) end
  local state = redis.call('HMGET', key, 'endsAt', 'kind', 'probe', 'prober', 'proberUntil')
  local endsAt = tonumber(state[1]) or 0
  if endsAt == 0 then return nil end
  local refusal = {code = 'FROZEN', kind = state[2], endsAt = endsAt, probe = tonumber(state[3])}
  if now < endsAt then
    refusal.waitMs = endsAt - now
    return refusal
  end
  if state[3] ~= '1' then return nil end
  if state[4] and state[4] ~= owner and now < (tonumber(state[5]) or 0) then
    refusal.waitMs = 100
    return refusal
  end
  redis.call('HSET', key, 'prober', owner, 'proberUntil', whole(now + 5000))
  refusal.code = 'PROBE'
  refusal.waitMs = 100
  return refusal
end
`;

const LANE_LUA = `
local LANE_GRACE_MS = 500

-- Somebody of another replica who came earlier and still waits: nobody of this class goes before him.
local function earlier_in_lane(lane, owner, arrivedAt, now)
  local entries = redis.call('HGETALL', lane)
  local wakeAt
  for i = 1, #entries, 2 do
    local arrived, wakes = string.match(entries[i + 1], '^(%d+):(%d+)$')
    arrived, wakes = tonumber(arrived), tonumber(wakes)
    if not wakes or now > wakes + LANE_GRACE_MS then
      redis.call('HDEL', lane, entries[i])
    elseif entries[i] ~= owner and (arrived < arrivedAt or (arrived == arrivedAt and entries[i] < owner)) then
      wakeAt = max(wakeAt or 0, wakes)
    end
  end
  return wakeAt
end
`;

const SEND_LUA = `
local MAX_CLOCK_ERROR_MS = ${MAX_CLOCK_ERROR_MS}

-- Whether trading itself allows this placement now; nil if it does. A drain waits for what left under the largest
-- error; what flattens only reduces, no drain waits for it, and it must get out of a slow exchange as well.
local function forbidden(send, keys, now, error, clock_valid)
  if send.purpose ~= 'flatten' then
    if redis.call('EXISTS', keys.switch) == 1 then return 'HALTED' end
    local permitted = redis.call('GET', keys.permit)
    if not permitted then return 'PERMIT' end
    if permitted ~= whole(send.epoch) then return 'EPOCH' end
  end
  if redis.call('HEXISTS', keys.exposure, send.reservation) == 0 then return 'RESERVATION' end
  if not clock_valid or (send.purpose ~= 'flatten' and error > MAX_CLOCK_ERROR_MS) then return 'CLOCK' end
  if now > send.sendByMs or send.timestampMs > send.sendByMs then return 'LATE' end
  if send.timestampMs > now + error then return 'AHEAD' end
  return nil
end
`;

const DECIDE_BODY_LUA = `
local request = cjson.decode(ARGV[1])
local now, error, clock_valid = exchange_clock(KEYS[1], request.runId)
local lane = KEYS[4]

local function refuse(refusal)
  refusal.granted = false
  refusal.now = now
  if refusal.waitMs and refusal.waitMs <= request.withinMs then
    redis.call('HSET', lane, request.owner, whole(request.arrivedAt) .. ':' .. whole(now + refusal.waitMs))
    redis.call('PEXPIRE', lane, whole(refusal.waitMs + 60000))
  elseif request.asked > 0 then
    redis.call('HDEL', lane, request.owner)
  end
  return cjson.encode(refusal)
end

if request.sends then
  local keys = {switch = KEYS[6], permit = KEYS[7], exposure = KEYS[8]}
  for place, send in ipairs(request.sends) do
    local code = forbidden(send, keys, now, error, clock_valid)
    if code then return refuse({code = code, place = place - 1}) end
  end
elseif not clock_valid and (request.priority == 'P2' or request.priority == 'P3') then
  return refuse({code = 'CLOCK', waitMs = 200})
end

local freeze = frozen(KEYS[2], request.memory.ip, now, request.owner)
if not freeze and request.placement then freeze = frozen(KEYS[3], request.memory.orders, now, request.owner) end
if freeze then return refuse(freeze) end

local wakeAt = earlier_in_lane(lane, request.owner, request.arrivedAt, now)
if wakeAt then return refuse({code = 'QUEUED', waitMs = max(1, wakeAt - now) + 2}) end

local kept = redis.call('HMGET', KEYS[5], 'vanished', 'vanishedUntil')
local vanished = tonumber(kept[1]) or 0
if now >= (tonumber(kept[2]) or 0) then vanished = 0 end
local terms = {priority = request.priority, now = now, errorMs = error, lifetimeMs = request.lifetimeMs,
  reserveAheadMs = request.reserveAheadMs, vanished = vanished}

local windows, wait, refused = {}, 0, 0
for i, charge in ipairs(request.meters) do
  local window = window_at(load_window(KEYS[9 + i]), charge.windowMs, now, request.lifetimeMs)
  local granted, waitMs = decide_meter(window, charge, terms)
  windows[i] = window
  if granted then wait = max(wait, waitMs) else refused = max(refused, waitMs) end
  if not granted and request.pauseMs > 0 and request.priority == 'P3'
    and used_of(window) > charge.limit * request.warnFraction then
    refused = min(refused, request.pauseMs)
  end
end
if refused > 0 then return refuse({code = 'BUDGET', waitMs = refused}) end

local granted = {}
for i, charge in ipairs(request.meters) do
  local window = windows[i]
  local header = window.header
  reserve(window, charge, terms, wait)
  save_window(KEYS[9 + i], window, charge.windowMs)
  granted[i] = {index = window.index, header = header, used = used_of(window), foreign = window.foreign}
end
if request.asked > 0 then redis.call('HDEL', lane, request.owner) end
for _, send in ipairs(request.sends or {}) do
  redis.call('HSET', KEYS[9], send.approvalId, whole(send.timestampMs + send.recvWindowMs))
end
return cjson.encode({granted = true, now = now, error = error, waitMs = wait, meters = granted})
`;

const SETTLE_BODY_LUA = `
local answer = cjson.decode(ARGV[1])
local now = exchange_clock(KEYS[1], answer.runId)
local suspect = 0
for i, s in ipairs(answer.meters) do
  local window = window_at(load_window(KEYS[1 + i]), s.windowMs, now, s.lifetimeMs)
  if settle(window, s) then suspect = 1 end
  save_window(KEYS[1 + i], window, s.windowMs)
end
return suspect
`;

/** What was spent without Redis, once it is back: charged to the window it was spent in, if that is still open. */
const ADD_BACK_BODY_LUA = `
local spent = cjson.decode(ARGV[1])
local now = exchange_clock(KEYS[1], spent.runId)
for i, s in ipairs(spent.meters) do
  local window = window_at(load_window(KEYS[1 + i]), s.windowMs, now, s.lifetimeMs)
  if s.index == window.index then
    window.reserved = window.reserved + s.cost
    window.acked = window.acked + s.cost
  elseif s.index == window.index - 1 then
    window.carry = window.carry + s.late
  end
  save_window(KEYS[1 + i], window, s.windowMs)
end
return 'OK'
`;

const FREEZE_BODY_LUA = `
local freeze = cjson.decode(ARGV[1])
local endsAt = tonumber(redis.call('HGET', KEYS[1], 'endsAt')) or 0
if freeze.endsAt <= endsAt then return 0 end
freeze_until(KEYS[1], freeze.endsAt, freeze.kind, whole(freeze.probe))
redis.call('HDEL', KEYS[1], 'prober', 'proberUntil')
redis.call('PUBLISH', ARGV[2], ARGV[1])
return 1
`;

const THAW_BODY_LUA = `
local thaw = cjson.decode(ARGV[1])
local endsAt = tonumber(redis.call('HGET', KEYS[1], 'endsAt')) or 0
if endsAt > thaw.endsAt then return 0 end
redis.call('HSET', KEYS[1], 'endsAt', '0', 'probe', '0', 'thawed', whole(thaw.endsAt))
redis.call('HDEL', KEYS[1], 'prober', 'proberUntil')
redis.call('PUBLISH', ARGV[2], ARGV[1])
return 1
`;

/**
 * A replica's sign of life: takes or keeps its numbered slot, counts those who vanished without signing off, writes
 * remembered freezes back, and tells Redis' time and theta.
 */
const HEARTBEAT_BODY_LUA = `
local beat = cjson.decode(ARGV[1])
local now, error, clock_valid = exchange_clock(KEYS[1], beat.runId)
local mine, free, retaken
local vanished, vanished_until = 0, 0
for slot = 0, beat.slots - 1 do
  local field = 'slot:' .. slot
  local held = redis.call('HGET', KEYS[2], field)
  if not held then
    free = free or slot
  else
    local seen, owner = string.match(held, '^(%d+):(.*)$')
    seen = tonumber(seen)
    local kept_until = (math.floor(seen / beat.windowMs) + 2) * beat.windowMs
    if owner == beat.owner then mine = slot
    elseif now - seen > beat.silentMs then
      if now >= kept_until then
        redis.call('HDEL', KEYS[2], field)
        free = free or slot
      else
        retaken = retaken or slot
        vanished = vanished + 1
        vanished_until = max(vanished_until, kept_until)
      end
    end
  end
end
if not mine and not free and retaken then vanished = vanished - 1 end
mine = mine or free or retaken or -1
if mine >= 0 then redis.call('HSET', KEYS[2], 'slot:' .. mine, whole(now) .. ':' .. beat.owner) end
redis.call('HSET', KEYS[2], 'vanished', vanished, 'vanishedUntil', whole(vanished_until))
local freezes = {}
for i, memory in ipairs(beat.memories) do
  remember(KEYS[2 + i], memory, now)
  local state = redis.call('HMGET', KEYS[2 + i], 'endsAt', 'kind', 'probe')
  freezes[i] = {endsAt = tonumber(state[1]) or 0, kind = state[2] or 'WEIGHT_LIMITED', probe = tonumber(state[3]) or 0}
end
local meters = {}
for i, charge in ipairs(beat.meters) do
  local window = window_at(load_window(KEYS[2 + #beat.memories + i]), charge.windowMs, now, beat.lifetimeMs)
  meters[i] = {index = window.index, used = used_of(window), reserved = window.reserved, foreign = window.foreign}
end
local thetaMs = redis.call('HGET', KEYS[1], 'thetaMs')
return cjson.encode({slot = mine, vanished = vanished, now = now, errorMs = error, clockValid = clock_valid or false,
  thetaMs = tonumber(thetaMs) or 0, meters = meters, freezes = freezes})
`;

/** The scripts over a source of time. */
export const budgetScripts = (timeLua: string = REDIS_TIME_LUA) => {
  const base = `${LEDGER_LUA}${timeLua}${CLOCK_LUA}`;
  return {
    decide: `${base}${FREEZE_LUA}${LANE_LUA}${SEND_LUA}${DECIDE_BODY_LUA}`,
    settle: `${base}${SETTLE_BODY_LUA}`,
    addBack: `${base}${ADD_BACK_BODY_LUA}`,
    freeze: `${base}${FREEZE_LUA}${FREEZE_BODY_LUA}`,
    thaw: `${base}${FREEZE_LUA}${THAW_BODY_LUA}`,
    heartbeat: `${base}${FREEZE_LUA}${HEARTBEAT_BODY_LUA}`,
  };
};
