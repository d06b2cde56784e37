-- The one gate before the wire: kill switch, permit, epoch, reservation, `sendBy`, timestamp, freeze, queue and budget
-- are judged at one instant, for all or nothing, in one round trip.
--- @include "freezes"
--- @include "queue"
--- @include "permission"
--- @include "own-reservation"
--- @include "shares"

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

-- Who asks has his part of a meter, and of the others' parts what they are not expected to use.
local uses = {}
for i, charge in ipairs(request.meters) do
  if charge.shared then
    local key, index = KEYS[9 + #request.meters + i], windows[i].index
    uses[i] = load_shares(key, index)
    local own = uses[i][request.sharer] or {used = 0, asked = 0, before = 0}
    if request.asked == 0 then own.asked = own.asked + charge.cost end
    uses[i][request.sharer] = own
    save_share(key, request.sharer, index, own, charge.windowMs)
    if not within_share(uses[i], request.sharer, charge, used_of(windows[i])) then
      refused = max(refused, math.ceil((index + 1) * charge.windowMs - now + error))
    end
  end
end
if refused > 0 then return refuse({code = 'BUDGET', waitMs = refused}) end

local granted = {}
for i, charge in ipairs(request.meters) do
  local window = windows[i]
  local header = window.header
  reserve(window, charge, terms, wait)
  save_window(KEYS[9 + i], window, charge.windowMs)
  if charge.shared then
    local own = uses[i][request.sharer]
    own.used = own.used + charge.cost
    save_share(KEYS[9 + #request.meters + i], request.sharer, window.index, own, charge.windowMs)
  end
  granted[i] = {index = window.index, header = header, used = used_of(window), foreign = window.foreign}
end
if request.asked > 0 then redis.call('HDEL', lane, request.owner) end
for _, send in ipairs(request.sends or {}) do
  if send.isClaim then own_reservation(KEYS[8], send) end
  redis.call('HSET', KEYS[9], send.approvalId, whole(send.timestampMs + send.recvWindowMs))
end
return cjson.encode({granted = true, now = now, error = error, waitMs = wait, meters = granted})
