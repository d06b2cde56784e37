-- Takes a reservation back if it is still this approval's, with what it charged to its actor in that millisecond (0: nothing).
-- KEYS: exposure, its sums, the actor's pace, the order's repeats. ARGV: field, approval id, client order id, charged at.
--- @include "set-reservation"
local exposure, sums, pace, repeats = unpack(KEYS)
local field, approval_id, id, charged_at = unpack(ARGV)
if charged_at ~= '0' then
  redis.call('LREM', pace, 1, charged_at)
  local charged = redis.call('HMGET', repeats, 'id', 'at')
  if charged[1] == id and charged[2] == charged_at then redis.call('DEL', repeats) end
end
local standing = redis.call('HGET', exposure, field)
if not standing then return 0 end
local ok, reserved = pcall(cjson.decode, standing)
if ok and reserved.approvalId ~= approval_id then return 0 end
set_reservation(exposure, sums, field)
return 1
