--- @include "freezes"

local thaw = cjson.decode(ARGV[1])
local endsAt = tonumber(redis.call('HGET', KEYS[1], 'endsAt')) or 0
if endsAt > thaw.endsAt then return 0 end
redis.call('HSET', KEYS[1], 'endsAt', '0', 'probe', '0', 'thawed', whole(thaw.endsAt))
redis.call('HDEL', KEYS[1], 'prober', 'proberUntil')
redis.call('PUBLISH', ARGV[2], ARGV[1])
return 1
