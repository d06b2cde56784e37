-- What a reservation and a position say, and what all of them come to. Quantities are whole QUANTITY_UNITs and amounts whole
-- AMOUNT_UNITs of the quote, which a double holds exactly.

local function whole(text, unit) return math.floor(tonumber(text) * unit + 0.5) end

-- A position is written by execution from the exchange's own text; more places than ours are rounded away from zero.
local function signed(text)
  local value = tonumber(text) * QUANTITY_UNIT
  if value < 0 then return -math.ceil(-value - 1e-3) end
  return math.ceil(value - 1e-3)
end

local function reservation(value)
  local market, symbol, side, quantity, notional = string.match(value,
    '^{"market":"(%w+)","symbol":"(%w+)","side":"(%u+)","quantity":"([%d.]+)","notional":"([%d.]+)"')
  if market then
    local at = string.find(value, '"filled":"', 1, true)
    return market .. ':' .. symbol, side, quantity, notional, at and string.match(value, '^[%d.]+', at + 10) or '0',
      string.find(value, '"reduceOnly":true', 1, true) ~= nil
  end
  local ok, held = pcall(cjson.decode, value)
  if not ok or type(held) ~= 'table' or not held.symbol or not held.side then return nil end
  if not tonumber(held.quantity) or not tonumber(held.notional) then return nil end
  return (held.market or 'futures') .. ':' .. held.symbol, held.side, held.quantity, held.notional, held.filled or '0',
    held.reduceOnly == true
end

local function is_spot(key) return string.sub(key, 1, 5) == 'spot:' end
-- What an order on spot spends of an asset: a SELL its base, a BUY its quote. Where the pair is not known, of any asset.
local function spends(request, key, side, left, total, notional)
  local pair = request.pairs[key]
  if pair and pair[side == 'SELL' and 1 or 2] ~= request.asset then return 0 end
  if side == 'SELL' then return left end
  if total == 0 then return 0 end
  return math.ceil(left / total * tonumber(notional) * QUANTITY_UNIT - 1e-3)
end

local function worst(book, mark)
  local held = book.position / QUANTITY_UNIT * (mark or 0) * AMOUNT_UNIT
  -- What sells on spot is owned.
  if book.spot then return math.max(0, math.ceil(book.buys + held - 0.01)) end
  return math.max(0, math.ceil(math.max(book.buys + held, book.sells - held) - 0.01))
end

-- What everything that stands comes to, for one symbol's order; without writing anything.
local function survey(exposure, request)
  local books, open, committed = {}, 0, 0
  local function book(key)
    local found = books[key]
    if not found then
      found = { position = 0, buys = 0, sells = 0, BUY = 0, SELL = 0, spot = is_spot(key) }
      books[key] = found
    end
    return found
  end
  local all = redis.call('HGETALL', exposure)
  for i = 1, #all, 2 do
    local name, value = all[i], all[i + 1]
    local kind = string.sub(name, 1, 2)
    if kind == 'p:' then
      if not tonumber(value) then return nil, name end
      book(string.sub(name, 3)).position = signed(value)
    elseif kind == 'r:' and name ~= request.field then
      local key, side, quantity, notional, filled, closes = reservation(value)
      if not key then return nil, name end
      open = open + 1
      local total = whole(quantity, QUANTITY_UNIT)
      local left = math.max(0, total - whole(filled, QUANTITY_UNIT))
      local held = book(key)
      held[side] = held[side] + left
      if request.asset and held.spot then
        committed = committed + spends(request, key, side, left, total, notional)
      end
      if not closes and total > 0 then
        local mark = request.marks[key]
        local worth = left / total * whole(notional, AMOUNT_UNIT)
        if mark then worth = math.max(worth, left / QUANTITY_UNIT * mark[1] * AMOUNT_UNIT) end
        local list = side == 'BUY' and 'buys' or 'sells'
        held[list] = held[list] + math.ceil(worth - 0.01)
      end
    end
  end
  return books, open, book(request.symbol), committed
end
