-- KEYS: lease. ARGV: holder. Answers 1 if it was still the holder's.
--- @include "lease"
return release_lease(KEYS[1], ARGV[1])
