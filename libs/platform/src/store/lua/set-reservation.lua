-- The only writers of reservations and positions: each changes the field and, in the same step, what is kept beside it:
-- the sums by market, symbol and side, which positions are held, and which reservations cannot be read.
--- @include "reservation"

local function is_empty(sums)
  for place = 1, #sums do if sums[place] ~= 0 then return false end end
  return true
end

local function count_reservation(sums, field, value, sign)
  local key, adds = contribution(value)
  if not key then
    if sign > 0 then redis.call('HSET', sums, 'u:' .. field, 1) else redis.call('HDEL', sums, 'u:' .. field) end
    return
  end
  local stands = redis.call('HGET', sums, key)
  local now = no_sums()
  if stands then now = read_sums(stands) end
  -- What cannot be read stays, so that nothing is judged by it.
  if not now then return end
  now = add(now, adds, sign)
  if is_empty(now) then redis.call('HDEL', sums, key) else redis.call('HSET', sums, key, sums_text(now)) end
end

-- How many fields the exposure has by these writers: another one's shows at once.
local function count_fields(sums, change) if change ~= 0 then redis.call('HINCRBY', sums, 'n', change) end end

-- Writes a reservation; takes it away where `value` is nil or ''.
local function set_reservation(exposure, sums, field, value)
  local standing = redis.call('HGET', exposure, field)
  if standing then count_reservation(sums, field, standing, -1) end
  if value and value ~= '' then
    count_fields(sums, redis.call('HSET', exposure, field, value))
    count_reservation(sums, field, value, 1)
  elseif standing then
    count_fields(sums, -redis.call('HDEL', exposure, field))
  end
end

local function is_flat(value) return tonumber(value) == 0 end

local function set_position(exposure, sums, field, value)
  count_fields(sums, redis.call('HSET', exposure, field, value))
  if is_flat(value) then redis.call('HDEL', sums, field) else redis.call('HSET', sums, field, 1) end
end
