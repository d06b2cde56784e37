-- Counts an order that was denied as a repeat of this one, and answers how many there were.
-- KEYS: the order's repeats. ARGV: client order id of the one that was repeated.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return 0 end
return redis.call('HINCRBY', KEYS[1], 'count', 1)
