-- KEYS: risk's replicas, execution's. ARGV: replica, its beat without the time, forget after. Answers now and both.
--- @include "clock"
local now = redis_ms()
local beat = cjson.decode(ARGV[2])
beat.atMs = now
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(beat))
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local ok, other = pcall(cjson.decode, all[i + 1])
  if ok and type(other) == 'table' and (tonumber(other.atMs) or 0) < now - tonumber(ARGV[3]) then
    redis.call('HDEL', KEYS[1], all[i])
  end
end
return { now, all, redis.call('HGETALL', KEYS[2]) }
