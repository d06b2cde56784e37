--- @include "clock"
--- @include "run-id"

-- Names what stands in Redis: another name after a restart, and after it was emptied.
local function incarnation(key)
  redis.call('SET', key, redis_ms(), 'NX')
  return run_id() .. ':' .. redis.call('GET', key)
end
