-- Exchange time inside a script is Redis TIME + theta; a theta of another Redis run, or an old one, is no clock.
--- @include "ledger"
--- @include "clock"

-- With a larger error than this the exchange's windows cannot be kept in step with, by calls of any kind.
local MAX_PACING_ERROR_MS = 2000

local function exchange_clock(key, runId)
  local reading = redis.call('HMGET', key, 'thetaMs', 'errorMs', 'runId', 'measuredAtMs')
  local theta = tonumber(reading[1]) or 0
  local now = redis_ms() + theta
  local age = now - (tonumber(reading[4]) or 0)
  local error = math.ceil((tonumber(reading[2]) or 0) + max(0, age) * CLOCK_DRIFT)
  local valid = reading[1] and reading[2] and reading[3] == runId
    and age <= MAX_CLOCK_AGE_MS and age >= -MAX_CLOCK_AGE_MS and error <= MAX_PACING_ERROR_MS
  if not valid then error = 0 end
  return now, error, valid
end
