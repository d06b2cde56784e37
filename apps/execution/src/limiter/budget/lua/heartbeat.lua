-- A replica's sign of life: takes or keeps its numbered slot, counts those who vanished without signing off, writes
-- remembered freezes back, and tells Redis' time and theta.
--- @include "freezes"

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
