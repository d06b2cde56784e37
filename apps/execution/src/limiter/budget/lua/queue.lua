local LANE_GRACE_MS = 500

-- A caller of another replica who came earlier and still waits goes before every other of this class.
local function earlier_in_lane(lane, owner, arrivedAt, now)
  local entries = redis.call('HGETALL', lane)
  local wakeAt
  for i = 1, #entries, 2 do
    local arrived, wakes = string.match(entries[i + 1], '^(%d+):(%d+)$')
    arrived, wakes = tonumber(arrived), tonumber(wakes)
    if not wakes or now > wakes + LANE_GRACE_MS then
      redis.call('HDEL', lane, entries[i])
    elseif entries[i] ~= owner and (arrived < arrivedAt or (arrived == arrivedAt and entries[i] < owner)) then
      wakeAt = max(wakeAt or 0, wakes)
    end
  end
  return wakeAt
end
