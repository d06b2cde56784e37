-- Sets a wallet right if it still reads as given. KEYS: balances. ARGV: wallet field, as read, as it becomes, moved field,
-- the difference.
if (redis.call('HGET', KEYS[1], ARGV[1]) or '0') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HINCRBY', KEYS[1], ARGV[4], ARGV[5])
return 1
