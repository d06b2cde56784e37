-- KEYS: clock, exposure, its sums. ARGV: field and reservation without its time, or nothing. Answers exchange time or false.
--- @include "clock"
--- @include "set-reservation"
local theta = tonumber(redis.call('HGET', KEYS[1], 'thetaMs') or '')
if not theta then return false end
local now = math.floor(redis_ms() + theta)
if ARGV[1] then set_reservation(KEYS[2], KEYS[3], ARGV[1], ARGV[2] .. now .. '}') end
return now
