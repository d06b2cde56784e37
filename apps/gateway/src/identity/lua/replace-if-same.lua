-- KEYS: session. ARGV: what stood there, what shall. Answers 1, or 0 where something else stands by now.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
