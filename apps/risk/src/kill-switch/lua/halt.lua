-- The kill switch of risk: each script that includes this is given the same five keys: switch, meta, stops, epoch, permit.
--- @include "clock"
--- @include "run-id"
--- @include "text"

local function epoch_now()
  return tonumber(redis.call('GET', KEYS[4])) or 0
end

local function global_halt()
  local stops = redis.call('HGETALL', KEYS[3])
  for i = 2, #stops, 2 do
    local ok, stop = pcall(cjson.decode, stops[i])
    if ok and stop.state == 'HALTED' and stop.scope and stop.scope.type == 'global' then return stops[i] end
  end
  return nil
end

local function same_scope(one, other)
  return one and other and one.type == other.type and one.value == other.value
end

local function covering(wish)
  local stops = redis.call('HGETALL', KEYS[3])
  for i = 2, #stops, 2 do
    local ok, stop = pcall(cjson.decode, stops[i])
    if ok and stop.stopId ~= wish.stopId and same_scope(stop.scope, wish.scope) and stop.state == wish.state
      and (stop.cancelOpenOrders or not wish.cancelOpenOrders) and (stop.flatten or not wish.flatten) then
      return stops[i]
    end
  end
  return nil
end

local function tell()
  redis.call('PUBLISH', STOPS_CHANNEL, '1')
end
