-- KEYS: beats, replicas, epoch, records since. ARGV: replica, clear, in flight, build, contracts, the incarnation in which
-- `clear` counts. Answers {number of this beat, incarnation}.
--- @include "incarnation"
local number = redis.call('INCR', KEYS[1])
local epoch = tonumber(redis.call('GET', KEYS[3])) or 0
local name = incarnation(KEYS[4])
local clear = name == ARGV[6] and tonumber(ARGV[2]) or 0
local beat = { atMs = redis_ms(), clear = clear, inFlight = tonumber(ARGV[3]), epoch = epoch,
  build = ARGV[4], contracts = tonumber(ARGV[5]) }
redis.call('HSET', KEYS[2], ARGV[1], cjson.encode(beat))
return { number, name }
