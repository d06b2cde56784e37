-- What one reservation says, and what it adds to the sums: from its text alone, so that taking it out subtracts exactly
-- what putting it in added. Quantities are whole QUANTITY_UNITs and amounts whole AMOUNT_UNITs of the quote.

local function whole(text, unit) return math.floor(tonumber(text) * unit + 0.5) end
local function is_spot(key) return string.sub(key, 1, 5) == 'spot:' end

-- Market and symbol, side, quantity, notional, filled, whether it can only close, and whether it sells what another order
-- holds; nil if it cannot be read.
local function reservation(value)
  local market, symbol, side, quantity, notional = string.match(value,
    '^{"market":"(%w+)","symbol":"(%w+)","side":"(%u+)","quantity":"([%d.]+)","notional":"([%d.]+)"')
  if market then
    local at = string.find(value, '"filled":"', 1, true)
    return market .. ':' .. symbol, side, quantity, notional, at and string.match(value, '^[%d.]+', at + 10) or '0',
      string.find(value, '"reduceOnly":true', 1, true) ~= nil, string.find(value, '"shares":true', 1, true) ~= nil
  end
  local ok, held = pcall(cjson.decode, value)
  if not ok or type(held) ~= 'table' or type(held.symbol) ~= 'string' or not held.side then return nil end
  return (held.market or 'futures') .. ':' .. held.symbol, held.side, held.quantity, held.notional, held.filled or '0',
    held.reduceOnly == true, held.shares == true
end

-- A figure is summed in two parts, whole 2^32s and the rest: both sums stay whole numbers that a double holds exactly,
-- whatever a coin's quantities come to.
local PART, LARGEST = 2 ^ 32, 2 ^ 80
local FIGURES = 4
local LEFT, OPENS, WORTH, SPENDS = 1, 2, 3, 4

-- One of an empty side: orders, then both parts of each figure.
local function no_sums() return { 0, 0, 0, 0, 0, 0, 0, 0, 0 } end
local function figure(sums, which) return sums[2 * which] * PART + sums[2 * which + 1] end

-- The field of the sums that it belongs to, and what it adds: one order, the quantity left to fill, how much of that can
-- open, what that is worth at the order's own price, and what it still spends on spot (a SELL its base, a BUY its quote).
-- Nil if it cannot be read.
local function contribution(value)
  local key, side, quantity, notional, filled, closes, shares = reservation(value)
  if not key or not (side == 'BUY' or side == 'SELL') then return nil end
  if not tonumber(quantity) or not tonumber(notional) or not tonumber(filled) then return nil end
  local total = whole(quantity, QUANTITY_UNIT)
  local left = math.max(0, total - whole(filled, QUANTITY_UNIT))
  local figures = { left, 0, 0, 0 }
  if total > 0 and not closes then
    figures[OPENS] = left
    figures[WORTH] = math.ceil(left / total * whole(notional, AMOUNT_UNIT) - 0.01)
  end
  -- The target of a list counts no coin of its own until something of it is filled: then its stop has ended.
  if is_spot(key) and not (shares and left == total) then
    figures[SPENDS] = left
    if side == 'BUY' then
      figures[SPENDS] = total > 0 and math.ceil(left / total * tonumber(notional) * QUANTITY_UNIT - 1e-3) or 0
    end
  end
  local adds = no_sums()
  adds[1] = 1
  for which = 1, FIGURES do
    local amount = figures[which]
    -- Nor is one that is no number: then no comparison is true.
    if not (amount >= 0 and amount < LARGEST) then return nil end
    adds[2 * which] = math.floor(amount / PART)
    adds[2 * which + 1] = amount - adds[2 * which] * PART
  end
  return key .. ':' .. side, adds
end

local function add(sums, adds, sign)
  for place = 1, #sums do sums[place] = sums[place] + sign * adds[place] end
  return sums
end

local STORED = '^(%-?%d+)' .. string.rep(' (%-?%d+)', 2 * FIGURES) .. '$'

-- A side's sums as they are stored; nil if they cannot be.
local function read_sums(text)
  local sums = { string.match(text, STORED) }
  if not sums[1] then return nil end
  for place = 1, #sums do sums[place] = tonumber(sums[place]) end
  return sums
end

local function sums_text(sums)
  local words = {}
  for place = 1, #sums do words[place] = string.format('%.0f', sums[place]) end
  return table.concat(words, ' ')
end
