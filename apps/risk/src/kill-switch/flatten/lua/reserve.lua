-- KEYS: clock, exposure. ARGV: field and reservation without its time, or nothing. Answers exchange time or false.
--- @include "clock"
local theta = tonumber(redis.call('HGET', KEYS[1], 'thetaMs') or '')
if not theta then return false end
local now = math.floor(redis_ms() + theta)
if ARGV[1] then redis.call('HSET', KEYS[2], ARGV[1], ARGV[2] .. now .. '}') end
return now
