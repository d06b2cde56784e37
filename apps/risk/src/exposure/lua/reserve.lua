-- The reservation: one instant in which the sums of the exposure are read, this order is judged by them and, if it may be,
-- written into it. `libs/rules/src/exposure` states the same rules; a property test holds the two together.
-- KEYS: switch, permit, clock, exposure, its sums, the actor's pace, the order's repeats, balances. ARGV: the request as JSON.
--- @include "clock"
--- @include "set-reservation"
--- @include "survey"

local switch, permit, clock, exposure, sums, pace, repeats, balances = unpack(KEYS)
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
local now = redis_ms()
local clock_age = now + theta - measured
if math.abs(clock_age) > request.maxClockAgeMs then return { 'CLOCK', 'measured too long ago' } end
err = math.ceil(err + math.max(0, clock_age) * request.clockDrift)
if err > request.maxClockErrorMs then return { 'CLOCK', 'its error is ' .. err .. ' ms' } end
local exchange_now = math.floor(now + theta)
local generation = redis.call('HGET', exposure, 'g')
local counted = redis.call('HMGET', sums, 'g', 'n')
if not generation or counted[1] ~= generation then return { 'REBUILDING' } end
-- A field that was written without its sums, by the version before or by hand.
if tonumber(counted[2]) ~= redis.call('HLEN', exposure) then return { 'UNCOUNTED' } end
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

local figures = { 0, 0, 0, 0, 0, 0, 0, 0, '', 0, 0 }
local function refuse(code)
  return { code, exchange_now, unpack(figures) }
end
local is_known = false
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
    local is_recent = same[1] and now - tonumber(same[2]) < limits.duplicateMs
    -- An order that stands is sent again under its id: what it was charged when it was new stays.
    is_known = is_recent and same[1] == request.id
    if is_recent and same[1] ~= request.id then
      figures[9] = same[1]
      figures[10] = tonumber(redis.call('HGET', repeats, 'count') or '0') + 1
      return refuse('ORDER_REPEATED')
    end
  end
end

local needs_survey = request.asset or request.reduceOnly or limits.openOrders or limits.position or limits.gross or limits.equity
if needs_survey then
  local books, open, own, committed = survey(exposure, sums, request, standing)
  if not books then return { 'MALFORMED', open } end
  local mark = request.marks[request.symbol]
  local price, leverage = mark and mark[1], mark and mark[2] or 1
  figures[1], figures[2], figures[7] = own.position, own[request.side].left, open
  if request.reduceOnly then
    local against = (request.side == 'BUY' and own.position < 0) or (request.side == 'SELL' and own.position > 0)
    local together = request.quantity
    if request.state == 'REDUCING' then together = together + own[request.side].left end
    if not against or (not request.closes and together > math.abs(own.position)) then return refuse('REDUCE_ONLY_NOT_REDUCING') end
  end
  if limits.openOrders and open >= limits.openOrders then return refuse('OPEN_ORDERS_ABOVE_MAXIMUM') end
  if request.asset then
    committed = math.max(committed, request.locked)
    figures[12], figures[13], figures[14] = wallet, committed, request.needed
    if request.needed > wallet - committed then return refuse('FUNDS_INSUFFICIENT') end
  end
  if not request.reduceOnly and not (own.spot and request.side == 'SELL') then
    local rests = own[request.side]
    own[request.side] = { opens = rests.opens + request.restingLeft, worth = rests.worth + request.resting }
    local before = worst(own, price)
    own[request.side] = { opens = rests.opens + request.quantity, worth = rests.worth + request.notional }
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

if request.trial then return refuse('RESERVED') end
local body = request.amend and request.body or request.body .. exchange_now .. '}'
-- One that could not be counted would keep every other order from being judged.
if not contribution(body) then return { 'MALFORMED', request.field } end
if request.amend or not standing then set_reservation(exposure, sums, request.field, body) end
if not standing or request.amend then
  if not request.amend then figures[11] = now end
  if limits.perSecond then
    redis.call('LPUSH', pace, now)
    redis.call('LTRIM', pace, 0, limits.perSecond - 1)
    redis.call('PEXPIRE', pace, 2000)
  end
  if limits.duplicateMs and not request.amend and not is_known then
    -- Its count goes on: who repeats an order each time the window is over is no better, and is stopped as well.
    redis.call('HSET', repeats, 'id', request.id, 'at', now)
    redis.call('PEXPIRE', repeats, math.max(60000, limits.duplicateMs))
  end
end
return refuse('RESERVED')
