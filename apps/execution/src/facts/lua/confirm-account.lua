-- The same account is known to hold for longer, unless another writer's stands. KEYS: facts. ARGV: known to, writer, lasts.
if redis.call('HGET', KEYS[1], 'writer') ~= ARGV[2] then return 0 end
if tonumber(ARGV[1]) > tonumber(redis.call('HGET', KEYS[1], 'knownToMs')) then
  redis.call('HSET', KEYS[1], 'knownToMs', ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 1
