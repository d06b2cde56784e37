-- Exact sums of decimal texts: the whole part and the fraction apart, each a whole number that a double holds.
local PLACES = 15
local ONE = 10 ^ PLACES

local function parts(text)
  local sign, whole, fraction = string.match(text, '^(-?)(%d+)%.?(%d*)$')
  if not whole or #whole > PLACES or #fraction > PLACES then error('cannot add to ' .. text) end
  local unit = sign == '-' and -1 or 1
  return unit * tonumber(whole), unit * tonumber(fraction .. string.rep('0', PLACES - #fraction))
end

local function is_less(left, right)
  local left_whole, left_rest = parts(left)
  local right_whole, right_rest = parts(right)
  return left_whole < right_whole or (left_whole == right_whole and left_rest < right_rest)
end

-- left + sign * right
local function add_decimal(left, sign, right)
  local whole, rest = parts(left)
  local more, more_rest = parts(right)
  whole, rest = whole + sign * more, rest + sign * more_rest
  if rest >= ONE then whole, rest = whole + 1, rest - ONE end
  if rest <= -ONE then whole, rest = whole - 1, rest + ONE end
  if whole > 0 and rest < 0 then whole, rest = whole - 1, rest + ONE end
  if whole < 0 and rest > 0 then whole, rest = whole + 1, rest - ONE end
  local text = string.format('%.0f', math.abs(whole))
  if rest ~= 0 then text = text .. '.' .. string.gsub(string.format('%015.0f', math.abs(rest)), '0+$', '') end
  return ((whole < 0 or rest < 0) and '-' or '') .. text
end
