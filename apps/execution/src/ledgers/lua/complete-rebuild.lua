-- Ends a rebuilding: a market's positions are those given, the sums are made of what stands, and it all counts from now on.
-- KEYS: exposure, its sums. ARGV: generation, prefix of the market's positions, then field and quantity of each.
--- @include "recount"
local exposure, sums = unpack(KEYS)
local prefix = ARGV[2]
for _, field in ipairs(redis.call('HKEYS', exposure)) do
  if string.sub(field, 1, #prefix) == prefix then redis.call('HSET', exposure, field, '0') end
end
for place = 3, #ARGV, 2 do redis.call('HSET', exposure, ARGV[place], ARGV[place + 1]) end
redis.call('HSET', exposure, 'g', ARGV[1])
write_sums(sums, recount(exposure))
return 1
