-- KEYS: balances, booked. ARGV: what is booked, as JSON. Answers 1 if it was booked now.
--- @include "book"
local b = cjson.decode(ARGV[1])
return book(KEYS[1], KEYS[2], b.since, b.atMs, b.id, b.mostRemembered, b.changes) and 1 or 0
