-- Only what is known for longer takes the place of what stands. KEYS: facts. ARGV: account, known to, writer, lasts.
local known = tonumber(redis.call('HGET', KEYS[1], 'knownToMs') or '0')
if tonumber(ARGV[2]) < known then return 0 end
redis.call('HSET', KEYS[1], 'account', ARGV[1], 'knownToMs', ARGV[2], 'writer', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
