-- KEYS: beats, switch, meta, stops, replicas, grants, progress, epoch, records since.
--- @include "incarnation"
--- @include "text"
local meta = text_of(KEYS[3])
return {
  redis.call('INCR', KEYS[1]), incarnation(KEYS[9]), redis_ms(), redis.call('EXISTS', KEYS[2]) == 1 and '1', meta,
  redis.call('HGETALL', KEYS[4]), redis.call('HGETALL', KEYS[5]), redis.call('HGETALL', KEYS[6]),
  redis.call('HGETALL', KEYS[7]), redis.call('GET', KEYS[8])
}
