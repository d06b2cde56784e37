-- What everything that stands comes to, for one symbol's order, without writing anything: from the sums and the positions
-- that are held, whose number is that of the symbols and not that of the orders.
--- @include "reservation"

-- A position is written by execution from the exchange's own text; more places than ours are rounded away from zero.
local function signed(text)
  local value = tonumber(text) * QUANTITY_UNIT
  if value < 0 then return -math.ceil(-value - 1e-3) end
  return math.ceil(value - 1e-3)
end

-- Whether an order on spot spends this asset: a SELL its base, a BUY its quote. Where the pair is not known, it may be any.
local function may_spend(request, key, side)
  local pair = request.pairs[key]
  return not pair or pair[side == 'SELL' and 1 or 2] == request.asset
end

-- A side in its worst case: all that can open at the orders' own prices, or all of it at the mark, whichever is more.
local function side_worth(side, mark)
  if not mark then return side.worth end
  return math.max(side.worth, math.ceil(side.opens / QUANTITY_UNIT * mark * AMOUNT_UNIT - 0.01))
end

local function worst(book, mark)
  local held = book.position / QUANTITY_UNIT * (mark or 0) * AMOUNT_UNIT
  local buys = side_worth(book.BUY, mark)
  -- What sells on spot is owned.
  if book.spot then return math.max(0, math.ceil(buys + held - 0.01)) end
  return math.max(0, math.ceil(math.max(buys + held, side_worth(book.SELL, mark) - held) - 0.01))
end

-- By market and symbol: the position, and what rests on each side; how many orders are open; what is spent of the asset.
-- All without the order's own reservation. Nil and the name of what cannot be read.
local function survey(exposure, sums, request, standing)
  local books, open, committed = {}, 0, 0
  local names, keys = {}, {}
  local function side() return { left = 0, opens = 0, worth = 0 } end
  local function book(key)
    if not books[key] then
      books[key] = { position = 0, BUY = side(), SELL = side(), spot = is_spot(key) }
      names[#names + 1], keys[#keys + 1] = 'p:' .. key, key
    end
    return books[key]
  end
  local own_key, own
  if standing then own_key, own = contribution(standing) end
  local all = redis.call('HGETALL', sums)
  for i = 1, #all, 2 do
    local name, value = all[i], all[i + 1]
    local kind = string.sub(name, 1, 2)
    if kind == 'p:' then
      book(string.sub(name, 3))
    elseif kind == 'u:' then
      name = string.sub(name, 3)
      if name ~= request.field then return nil, name end
    elseif name ~= 'g' and name ~= 'n' then
      local key, of_side = string.match(name, '^(%w+:%w+):(%u+)$')
      local counted = read_sums(value)
      if not key or not counted or counted[1] < 1 then return nil, name end
      if name == own_key then add(counted, own, -1) end
      open = open + counted[1]
      local held = book(key)
      held[of_side] = { left = figure(counted, LEFT), opens = figure(counted, OPENS), worth = figure(counted, WORTH) }
      if request.asset and held.spot and may_spend(request, key, of_side) then
        committed = committed + figure(counted, SPENDS)
      end
    end
  end
  for key in pairs(request.marks) do book(key) end
  book(request.symbol)
  for i, value in ipairs(redis.call('HMGET', exposure, unpack(names))) do
    if value then
      if not tonumber(value) then return nil, names[i] end
      books[keys[i]].position = signed(value)
    end
  end
  return books, open, book(request.symbol), committed
end
