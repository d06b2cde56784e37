-- KEYS: window. ARGV: how long it lasts. Answers what this request made the count, and how long the window still lasts.
local used = redis.call('INCR', KEYS[1])
local reset = redis.call('PTTL', KEYS[1])
if reset < 0 then
  reset = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], reset)
end
return { used, reset }
