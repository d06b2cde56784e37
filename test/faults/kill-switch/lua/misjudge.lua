-- Where a measurement stands, another is put in its place: off by so much, and honest about it.
if redis.call('HEXISTS', KEYS[1], 'thetaMs') == 0 then return 0 end
redis.call('HSET', KEYS[1], 'thetaMs', ARGV[1], 'errorMs', ARGV[2])
return 1
