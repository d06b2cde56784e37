/**
 * The reservation in Lua: one instant in which the whole exposure is read, this order is judged by it and, if it may
 * be, written into it. `domain/exposure.ts` states the same rules; a property test holds the two together.
 *
 * Inside, quantities are whole 1e-8 and amounts whole 1e-6 of a quote unit, which a double holds exactly.
 * KEYS: switch, permit, clock, exposure, the actor's pace, the order's repeats, balances. ARGV: the request as JSON.
 */
import { RedisScript } from '@elvis/platform';

export const QUANTITY_UNIT = 1e8;
export const AMOUNT_UNIT = 1e6;

export type ReserveReply = [word: string, exchangeNow?: number | string, ...figures: (number | string)[]];

const READ_LUA = `
local QUANTITY, AMOUNT = 1e8, 1e6
local function whole(text, unit) return math.floor(tonumber(text) * unit + 0.5) end
-- A position is written by execution from the exchange's own text; more places than ours are rounded away from zero.
local function signed(text)
  local value = tonumber(text) * QUANTITY
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
  return math.ceil(left / total * tonumber(notional) * QUANTITY - 1e-3)
end
local function worst(book, mark)
  local held = book.position / QUANTITY * (mark or 0) * AMOUNT
  -- What sells on spot is owned.
  if book.spot then return math.max(0, math.ceil(book.buys + held - 0.01)) end
  return math.max(0, math.ceil(math.max(book.buys + held, book.sells - held) - 0.01))
end
`;

/** What everything that stands comes to, for one symbol's order; without writing anything. */
const SURVEY_LUA = `
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
      local total = whole(quantity, QUANTITY)
      local left = math.max(0, total - whole(filled, QUANTITY))
      local held = book(key)
      held[side] = held[side] + left
      if request.asset and held.spot then
        committed = committed + spends(request, key, side, left, total, notional)
      end
      if not closes and total > 0 then
        local mark = request.marks[key]
        local worth = left / total * whole(notional, AMOUNT)
        if mark then worth = math.max(worth, left / QUANTITY * mark[1] * AMOUNT) end
        local list = side == 'BUY' and 'buys' or 'sells'
        held[list] = held[list] + math.ceil(worth - 0.01)
      end
    end
  end
  return books, open, book(request.symbol), committed
end
`;

export const RESERVE = new RedisScript<ReserveReply>(`
${READ_LUA}${SURVEY_LUA}
local switch, permit, clock, exposure, pace, repeats, balances = unpack(KEYS)
local request = cjson.decode(ARGV[1])
local limits = request.limits
if redis.call('EXISTS', switch) == 1 then return { 'HALTED' } end
local permitted = redis.call('GET', permit)
if not permitted then return { 'NO_PERMIT' } end
if permitted ~= request.epoch then return { 'OTHER_EPOCH', permitted } end
local reading = redis.call('HMGET', clock, 'thetaMs', 'errorMs', 'runId', 'measuredAtMs')
local theta, err, measured = tonumber(reading[1]), tonumber(reading[2]), tonumber(reading[4])
if not theta or not err or not measured then return { 'CLOCK', 'never measured' } end
if reading[3] ~= request.runId then return { 'CLOCK', 'measured against another Redis' } end
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
local clock_age = now + theta - measured
if math.abs(clock_age) > request.maxClockAgeMs then return { 'CLOCK', 'measured too long ago' } end
err = math.ceil(err + math.max(0, clock_age) * request.clockDrift)
if err > request.maxClockErrorMs then return { 'CLOCK', 'its error is ' .. err .. ' ms' } end
local exchange_now = math.floor(now + theta)
if redis.call('HEXISTS', exposure, 'g') == 0 then return { 'REBUILDING' } end
local wallet
if request.asset then
  if redis.call('HEXISTS', balances, request.since) == 0 then return { 'REBUILDING' } end
  wallet = tonumber(redis.call('HGET', balances, request.wallet) or '0')
  if not wallet then return { 'MALFORMED', request.wallet } end
end

local standing = redis.call('HGET', exposure, request.field)
if request.amend then
  if standing ~= request.amend then return { 'MOVED' } end
elseif standing then
  local ok, held = pcall(cjson.decode, standing)
  if not ok or held.order ~= request.order then return { 'TAKEN' } end
  if request.state == 'ACTIVE' then return { 'RESERVED', exchange_now } end
end

local figures = { 0, 0, 0, 0, 0, 0, 0, 0, '', 0 }
local function refuse(code)
  return { code, exchange_now, unpack(figures) }
end
if not standing or request.amend then
  if limits.perSecond then
    local recent = 0
    for _, at in ipairs(redis.call('LRANGE', pace, 0, limits.perSecond - 1)) do
      if tonumber(at) <= now - 1000 then break end
      recent = recent + 1
    end
    figures[8] = recent
    if recent >= limits.perSecond then return refuse('RATE_ABOVE_MAXIMUM') end
  end
  if limits.duplicateMs and not request.amend then
    local same = redis.call('HMGET', repeats, 'id', 'at')
    if same[1] and same[1] ~= request.id and now - tonumber(same[2]) < limits.duplicateMs then
      figures[9] = same[1]
      figures[10] = redis.call('HINCRBY', repeats, 'count', 1)
      return refuse('ORDER_REPEATED')
    end
  end
end

local needs_survey = request.asset or request.reduceOnly or limits.openOrders or limits.position or limits.gross or limits.equity
if needs_survey then
  local books, open, own, committed = survey(exposure, request)
  if not books then return { 'MALFORMED', open } end
  local mark = request.marks[request.symbol]
  local price, leverage = mark and mark[1], mark and mark[2] or 1
  figures[1], figures[2], figures[7] = own.position, own[request.side], open
  if request.reduceOnly then
    local against = (request.side == 'BUY' and own.position < 0) or (request.side == 'SELL' and own.position > 0)
    local together = request.quantity
    if request.state == 'REDUCING' then together = together + own[request.side] end
    if not against or (not request.closes and together > math.abs(own.position)) then return refuse('REDUCE_ONLY_NOT_REDUCING') end
  end
  if limits.openOrders and open >= limits.openOrders then return refuse('OPEN_ORDERS_ABOVE_MAXIMUM') end
  if request.asset then
    committed = math.max(committed, request.locked)
    figures[11], figures[12], figures[13] = wallet, committed, request.needed
    if request.needed > wallet - committed then return refuse('FUNDS_INSUFFICIENT') end
  end
  if not request.reduceOnly and not (own.spot and request.side == 'SELL') then
    local list = request.side == 'BUY' and 'buys' or 'sells'
    local rests = own[list]
    own[list] = rests + request.resting
    local before = worst(own, price)
    own[list] = rests + request.notional
    local after = worst(own, price)
    -- Nothing is borrowed on spot.
    local others, margin = 0, own.spot and 0 or math.ceil(after / leverage - 0.01)
    for key, book in pairs(books) do
      if key ~= request.symbol then
        local other = request.marks[key]
        if not other and book.position ~= 0 and after > before and (limits.gross or limits.equity) then
          return { 'MARK', key }
        end
        local stake = worst(book, other and other[1])
        others = others + stake
        if not book.spot then margin = margin + math.ceil(stake / (other and other[2] or 1) - 0.01) end
      end
    end
    figures[3], figures[4], figures[5], figures[6] = before, after, others, margin
    if after > before then
      if limits.position and after > limits.position then return refuse('POSITION_ABOVE_MAXIMUM') end
      if limits.gross and after + others > limits.gross then return refuse('GROSS_ABOVE_MAXIMUM') end
      if limits.equity and margin > limits.equity then return refuse('MARGIN_INSUFFICIENT') end
    end
  end
end

if request.amend then
  redis.call('HSET', exposure, request.field, request.body)
elseif not standing then
  redis.call('HSET', exposure, request.field, request.body .. exchange_now .. '}')
end
if not standing or request.amend then
  if limits.perSecond then
    redis.call('LPUSH', pace, now)
    redis.call('LTRIM', pace, 0, limits.perSecond - 1)
    redis.call('PEXPIRE', pace, 2000)
  end
  if limits.duplicateMs and not request.amend then
    redis.call('HSET', repeats, 'id', request.id, 'at', now)
    redis.call('PEXPIRE', repeats, math.max(60000, limits.duplicateMs))
  end
end
return refuse('RESERVED')
`);

/** Puts another text in a reservation's place if it still reads as given. KEYS: exposure. ARGV: field, as read, next. */
export const REPLACE = new RedisScript<number>(`
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`);

/** Takes the reservation back if it is still this approval's. KEYS: exposure. ARGV: field, approval id. */
export const RETURN = new RedisScript<number>(`
local standing = redis.call('HGET', KEYS[1], ARGV[1])
if not standing then return 0 end
local ok, reserved = pcall(cjson.decode, standing)
if ok and reserved.approvalId ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
`);
