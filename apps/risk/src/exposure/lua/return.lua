-- Takes a reservation back if it is still this approval's. KEYS: exposure. ARGV: field, approval id.
local standing = redis.call('HGET', KEYS[1], ARGV[1])
if not standing then return 0 end
local ok, reserved = pcall(cjson.decode, standing)
if ok and reserved.approvalId ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
