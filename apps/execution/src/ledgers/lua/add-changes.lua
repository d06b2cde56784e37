-- Books what changed, once by its id and only if it came after the book began.
-- KEYS: balances, booked. ARGV: since field, time, id, most remembered, then field and amount of each change.
local since = redis.call('HGET', KEYS[1], ARGV[1])
if not since or tonumber(ARGV[2]) <= tonumber(since) then return 0 end
if redis.call('ZADD', KEYS[2], 'NX', ARGV[2], ARGV[3]) == 0 then return 0 end
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -(tonumber(ARGV[4]) + 1))
for place = 5, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[place], ARGV[place + 1]) end
return 1
