-- Brings the exposure to what a record of an order says: the fill is booked, it moves from the reservation into the
-- position, and the reservation ends with its order, in one step.
-- KEYS: exposure, its sums, balances, booked. ARGV: the record's part in it, as JSON (`Followed` in TypeScript).
--- @include "book"
--- @include "decimals"
--- @include "set-reservation"

local exposure, sums, balances, booked = unpack(KEYS)
local record = cjson.decode(ARGV[1])

-- Of flat JSON: a quote inside a text is escaped, so the pattern finds fields alone.
local function replaced(text, name, value)
  return (string.gsub(text, '([{,]"' .. name .. '":)"[^"]*"', function(start) return start .. '"' .. value .. '"' end, 1))
end

local function with_fills(text)
  text = string.gsub(string.gsub(text, ',"filled":"[^"]*"', ''), ',"received":"[^"]*"', '')
  local open = string.sub(text, 1, -2)
  if open ~= '{' then open = open .. ',' end
  open = open .. '"filled":"' .. record.filled .. '"'
  if record.received then open = open .. ',"received":"' .. record.received .. '"' end
  return open .. '}'
end

local standing = redis.call('HGET', exposure, record.field)
local booking = record.booking
-- What cannot be booked shows as a difference of the balances, and is set right there.
if booking and (standing or not booking.ifHeld) then
  pcall(book, balances, booked, booking.since, booking.atMs, booking.id, booking.mostRemembered, booking.changes)
end
if not standing then return 0 end
local ok, held = pcall(cjson.decode, standing)
if not ok or type(held) ~= 'table' then held, standing = {}, '{}' end
if held.approvalId and record.approvalId and held.approvalId ~= record.approvalId then return 0 end
if record.wasNeverSent then
  set_reservation(exposure, sums, record.field)
  return 1
end
local moved = held.filled or '0'
-- An older record than another replica has followed already: to follow it would move the later fills once more.
if is_less(record.filled, moved) then return 0 end
if is_less(moved, record.filled) then
  local delta = add_decimal(record.received or record.filled, -1, held.received or moved)
  local position = redis.call('HGET', exposure, record.position) or '0'
  set_position(exposure, sums, record.position, add_decimal(position, record.side == 'BUY' and 1 or -1, delta))
end
if record.isOver then
  set_reservation(exposure, sums, record.field)
  return 1
end
local terms, least = record.terms, record.atLeast
if least and held.quantity and is_less(held.quantity, least.quantity) then terms = least end
-- A change of the price alone leaves the quantity as it was reserved.
local isOther = terms and held.quantity
  and (held.quantity ~= terms.quantity or (terms.notional and held.notional ~= terms.notional))
if isOther then
  standing = replaced(standing, 'quantity', terms.quantity)
  if terms.notional then standing = replaced(standing, 'notional', terms.notional) end
end
set_reservation(exposure, sums, record.field, with_fills(standing))
return 1
