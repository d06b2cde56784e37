-- Writes the permit, if it may be written. ARGV: Redis time and run id from before the durable record was read, the
-- permit's life, the epoch. Does nothing if that life is over, if this is another Redis, if the switch stands or if
-- a higher epoch does. Answers 1 if the permit stands under this epoch.
--- @include "halt"
local expiry = tonumber(ARGV[1]) + tonumber(ARGV[3])
local epoch = tonumber(ARGV[4])
if redis_ms() >= expiry then return 0 end
if run_id() ~= ARGV[2] then return 0 end
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local permitted = tonumber(redis.call('GET', KEYS[5])) or 0
if epoch_now() > epoch or permitted > epoch then return 0 end
if permitted == epoch and redis_ms() + redis.call('PTTL', KEYS[5]) >= expiry then return 1 end
redis.call('SET', KEYS[4], epoch)
redis.call('SET', KEYS[5], epoch, 'PXAT', expiry)
return 1
