-- From its grant on the reservation is this approval's, whoever of several under one id has reserved it: the others lost
-- the claim, and what they give back is theirs alone. The sums beside the exposure do not tell whose it is, and stay.
local function own_reservation(exposure, send)
  local standing = redis.call('HGET', exposure, send.reservation)
  local owned, found = string.gsub(standing, '"approvalId":"[^"]*"', '"approvalId":"' .. send.approvalId .. '"', 1)
  if found == 1 and owned ~= standing then redis.call('HSET', exposure, send.reservation, owned) end
end
