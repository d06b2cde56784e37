-- Brings Redis to what the durable record says: stops it lacks, clears it has not heard of, the epoch. A switch set
-- by hand that nobody has taken notice of yet is left standing. A record that is older than what Redis has heard of
-- adds nothing: a replica that comes late with one would bring back what a clear has ended since. The next pass has
-- a newer one, and no permit is written under an older epoch meanwhile. ARGV: epoch, number of stops, each stop as
-- JSON, then pairs of cleared stop id and epoch. Answers 1 if the switch stands afterwards.
--- @include "halt"
local epoch = tonumber(ARGV[1])
local count = tonumber(ARGV[2])
local was_halted = global_halt()
for i = 3 + count, #ARGV, 2 do
  local text = redis.call('HGET', KEYS[3], ARGV[i])
  if text then
    local ok, stop = pcall(cjson.decode, text)
    if not ok or tonumber(stop.epoch) <= tonumber(ARGV[i + 1]) then
      redis.call('HDEL', KEYS[3], ARGV[i])
      tell()
    end
  end
end
if epoch >= epoch_now() then
  for i = 3, 2 + count do
    local stop = cjson.decode(ARGV[i])
    local text = redis.call('HGET', KEYS[3], stop.stopId)
    local ok, known = pcall(cjson.decode, text or '')
    if not ok or tonumber(known.epoch) < tonumber(stop.epoch) then
      redis.call('HSET', KEYS[3], stop.stopId, ARGV[i])
      redis.call('DEL', KEYS[5])
      tell()
    end
  end
end
local halt = global_halt()
if halt then
  if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SET', KEYS[1], '1') end
  if text_of(KEYS[2]) ~= halt then redis.call('SET', KEYS[2], halt) end
  redis.call('DEL', KEYS[5])
elseif was_halted then
  redis.call('DEL', KEYS[1], KEYS[2])
end
if epoch > epoch_now() then
  redis.call('SET', KEYS[4], epoch)
  redis.call('DEL', KEYS[5])
end
return redis.call('EXISTS', KEYS[1])
