--- @include "freezes"

local freeze = cjson.decode(ARGV[1])
local endsAt = tonumber(redis.call('HGET', KEYS[1], 'endsAt')) or 0
if freeze.endsAt <= endsAt then return 0 end
freeze_until(KEYS[1], freeze.endsAt, freeze.kind, whole(freeze.probe))
redis.call('HDEL', KEYS[1], 'prober', 'proberUntil')
redis.call('PUBLISH', ARGV[2], ARGV[1])
return 1
