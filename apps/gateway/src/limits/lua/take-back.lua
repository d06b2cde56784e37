-- KEYS: window. One that has ended meanwhile has nothing to take back.
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
if used < 1 then return 0 end
return redis.call('DECR', KEYS[1])
