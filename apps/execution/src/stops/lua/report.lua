-- Writes the progress unless a later driver has. KEYS: progress. ARGV: stop id, JSON, term. Answers 1 if it stands.
local standing = redis.call('HGET', KEYS[1], ARGV[1])
if standing then
  local ok, known = pcall(cjson.decode, standing)
  if ok and (tonumber(known.term) or 0) > tonumber(ARGV[3]) then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
