-- Books what changed, once by its id and only if it came after the book began. Answers whether it was booked now.
local function book(balances, booked, since_field, at_ms, id, most_remembered, changes)
  local since = redis.call('HGET', balances, since_field)
  if not since or tonumber(at_ms) <= tonumber(since) then return false end
  if redis.call('ZADD', booked, 'NX', at_ms, id) == 0 then return false end
  redis.call('ZREMRANGEBYRANK', booked, 0, -(most_remembered + 1))
  for place = 1, #changes, 2 do redis.call('HINCRBY', balances, changes[place], changes[place + 1]) end
  return true
end
