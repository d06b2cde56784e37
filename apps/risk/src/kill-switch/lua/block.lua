-- Takes a stop: a new epoch, the stop written down, the permit deleted and, for a global halt, the switch set.
-- ARGV: the stop as JSON (its epoch is put in here), the highest epoch the caller has seen, and when it
-- is wanted: `always`, to `explain` a switch that nobody has given a reason for, or as the `first` of its kind: of
-- identical stops that race one stands. Answers the stop that stands, or false.
--- @include "halt"
if ARGV[3] == 'explain' and (redis.call('EXISTS', KEYS[1]) == 0 or global_halt()) then return false end
local stop = cjson.decode(ARGV[1])
local text = ARGV[3] == 'first' and covering(stop)
if not text then
  local epoch = math.max(epoch_now(), tonumber(ARGV[2])) + 1
  stop.epoch = epoch
  text = cjson.encode(stop)
  redis.call('SET', KEYS[4], epoch)
  redis.call('HSET', KEYS[3], stop.stopId, text)
end
redis.call('DEL', KEYS[5])
if stop.state == 'HALTED' and stop.scope.type == 'global' then
  redis.call('SETNX', KEYS[1], '1')
  redis.call('SET', KEYS[2], text)
end
tell()
return text
