-- A lease is a key that names its holder until it runs out.

-- Takes it if it is free, and renews it if it is the caller's: 'taken', 'renewed', or nil where another has it.
local function hold_lease(key, holder, lasts_ms)
  local held = redis.call('GET', key)
  if held and held ~= holder then return nil end
  redis.call('SET', key, holder, 'PX', lasts_ms)
  return held and 'renewed' or 'taken'
end

local function release_lease(key, holder)
  if redis.call('GET', key) == holder then return redis.call('DEL', key) end
  return 0
end
