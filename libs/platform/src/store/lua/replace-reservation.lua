-- Writes a reservation if it still reads as given. KEYS: exposure, sums. ARGV: field, as read, as it becomes; '' for none.
-- Answers 1 if it wrote.
--- @include "set-reservation"
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
set_reservation(KEYS[1], KEYS[2], ARGV[1], ARGV[3])
return 1
