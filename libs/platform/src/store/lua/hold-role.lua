-- Takes the lease if it is free or ours. KEYS: lease, its term. ARGV: holder, how long it lasts. Answers {term, 1 if it was
-- taken just now}, or {-1, how long another still has it}.
--- @include "lease"
local held = hold_lease(KEYS[1], ARGV[1], ARGV[2])
if not held then return {-1, redis.call('PTTL', KEYS[1])} end
if held == 'renewed' then return {tonumber(redis.call('GET', KEYS[2])), 0} end
return {redis.call('INCR', KEYS[2]), 1}
