-- Takes a reservation back if it is still this approval's, with what it charged to its actor in that millisecond (0: nothing).
-- An order that is alive keeps it, under its own approval (heir; '': none), and so does one that took it over and has
-- ended since: then the charge is that order's too, which has none of its own.
-- KEYS: exposure, its sums, the actor's pace, the order's repeats. ARGV: field, approval id, client order id, charged at, heir.
--- @include "set-reservation"
local exposure, sums, pace, repeats = unpack(KEYS)
local field, approval_id, id, charged_at, heir = unpack(ARGV)
local standing = redis.call('HGET', exposure, field)
if not standing then return 0 end
local ok, reserved = pcall(cjson.decode, standing)
if ok and reserved.approvalId ~= approval_id then return 0 end
if heir ~= '' then
  local handed = string.gsub(standing, '"approvalId":"[^"]*"', '"approvalId":"' .. heir .. '"', 1)
  set_reservation(exposure, sums, field, handed)
  return 1
end
if charged_at ~= '0' then
  redis.call('LREM', pace, 1, charged_at)
  local charged = redis.call('HMGET', repeats, 'id', 'at')
  if charged[1] == id and charged[2] == charged_at then redis.call('DEL', repeats) end
end
set_reservation(exposure, sums, field)
return 1
