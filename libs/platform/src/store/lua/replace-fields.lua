-- Writes fields of a hash if every one of them still reads as given. KEYS: hash. ARGV: for each field its name, what was
-- read and what it becomes; '' for none. Answers 1 if it wrote.
for place = 1, #ARGV, 3 do
  if (redis.call('HGET', KEYS[1], ARGV[place]) or '') ~= ARGV[place + 1] then return 0 end
end
for place = 1, #ARGV, 3 do
  local field, becomes = ARGV[place], ARGV[place + 2]
  if becomes == '' then redis.call('HDEL', KEYS[1], field) else redis.call('HSET', KEYS[1], field, becomes) end
end
return 1
