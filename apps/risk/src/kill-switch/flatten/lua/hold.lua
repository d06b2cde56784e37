-- KEYS: lease. ARGV: holder, how long it lasts. Answers 1 if it is the holder's now.
--- @include "lease"
return hold_lease(KEYS[1], ARGV[1], ARGV[2]) and 1 or 0
