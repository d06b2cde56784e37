--- @include "exchange-clock"

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
