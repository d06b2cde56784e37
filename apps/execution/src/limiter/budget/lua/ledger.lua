-- The rules of `domain/ledger.ts` and `domain/ledger-settlement.ts` in Lua, function by function and in the same
-- order of operations, so that one script can apply them inside Redis at one instant. `ledger-agreement.spec.ts`
-- holds the two equal.
local FIELDS = {'index', 'reserved', 'acked', 'late', 'carry', 'header', 'confirmed', 'foreign',
  'previousForeign', 'previousUsed', 'previousHeader', 'cold', 'blindSince', 'probedAt'}

local function whole(number) return string.format('%.0f', number) end
local function max(a, b) if a > b then return a end return b end
local function min(a, b) if a < b then return a end return b end

local function load_window(key)
  local values = redis.call('HMGET', key, unpack(FIELDS))
  if not values[1] then return nil end
  local window = {}
  for i, field in ipairs(FIELDS) do window[field] = tonumber(values[i]) or 0 end
  return window
end

local function save_window(key, window, windowMs)
  local flat = {}
  for _, field in ipairs(FIELDS) do
    flat[#flat + 1] = field
    flat[#flat + 1] = whole(window[field])
  end
  redis.call('HSET', key, unpack(flat))
  redis.call('PEXPIRE', key, whole(max(windowMs * 3, 60000)))
end

local function opened(index)
  local window = {}
  for _, field in ipairs(FIELDS) do window[field] = 0 end
  window.index = index
  return window
end

local function used_of(window)
  return max(window.reserved, window.header + (window.reserved - window.acked)) + window.carry
end

local function margin_of(limit) return max(1, math.floor(limit * 0.002 + 0.5)) end

local function window_at(window, windowMs, now, lifetimeMs)
  local index = math.floor(now / windowMs)
  if not window or index < window.index then
    local cold = opened(index)
    cold.cold = 1
    return cold
  end
  if index == window.index then return window end
  local fresh = opened(index)
  local is_next = index == window.index + 1
  if (index - window.index - 1) * windowMs < lifetimeMs then fresh.carry = window.late end
  fresh.previousForeign = window.foreign
  if is_next then
    if window.cold == 0 or window.confirmed == 1 then fresh.previousUsed = used_of(window) else fresh.previousUsed = -1 end
    fresh.previousHeader = window.header
  end
  return fresh
end

local function forecast_of(foreign, previousForeign, x)
  local pace = foreign / max(x, 0.05)
  local rest = (1 - x) * max(previousForeign, pace)
  return rest + 2 * math.sqrt(rest)
end

local function cap_of(cold, foreign, previousForeign, charge, terms, x)
  local forecast = forecast_of(foreign, previousForeign, x)
  local unseen = 0
  if cold == 1 then unseen = charge.limit * min(0.25, 500 / charge.windowMs) end
  local room = charge.limit - margin_of(charge.limit) - terms.vanished * math.ceil(charge.limit * 0.01) - unseen
  if terms.priority == 'P0' then
    local left = (1 - x) * charge.windowMs
    if left > 250 then return room - (forecast * 250) / left end
    return room - forecast
  end
  if terms.priority == 'P1' then return room - charge.limit * 0.005 - forecast end
  return room - charge.limit * 0.01 - forecast
end

local function may_go_blind(window, charge, terms, used)
  if window.confirmed == 1 then return true end
  if window.cold == 0 then
    if terms.priority == 'P0' or terms.priority == 'P1' then return true end
    local fits = window.previousUsed + used + charge.cost <= charge.limit - margin_of(charge.limit) - charge.limit * 0.01
    if window.previousUsed >= 0 and fits then return true end
  end
  if window.blindSince > 0 and terms.now - window.blindSince > 2000 then return true end
  return window.probedAt == 0 or terms.now - window.probedAt >= 250
end

local function melting_of(charge, priority)
  local melting = 0
  if priority == 'P2' then melting = charge.limit * 0.04 end
  return melting + (charge.heldBack or 0)
end

local function until_room(window, charge, terms, x, toEdge)
  local most = cap_of(window.cold, 0, 0, charge, terms, 1)
  local slack = most - used_of(window) - charge.cost
  if slack < 0 then
    local at_least = max(window.reserved, window.header) + window.carry
    if at_least + charge.cost <= most then return 20 end
    return toEdge
  end
  local melting = melting_of(charge, terms.priority)
  local melted = 0
  if melting > 0 then melted = 1 - slack / melting end
  local root = math.sqrt(1 + slack) - 1
  local pace = max(window.previousForeign, window.foreign / max(x, 0.05))
  local shrunk = 0
  if pace > 0 then shrunk = 1 - (root * root) / pace end
  return max(20, math.ceil((max(melted, shrunk) - x) * charge.windowMs))
end

local function decide_meter(window, charge, terms)
  local position = terms.now - window.index * charge.windowMs
  if position < terms.errorMs then return false, math.ceil(terms.errorMs) - position end
  local x = position / charge.windowMs
  local toEdge = math.ceil(charge.windowMs - position + terms.errorMs)
  local used = used_of(window)
  if not may_go_blind(window, charge, terms, used) then return false, min(20, toEdge) end
  local cap = cap_of(window.cold, window.foreign, window.previousForeign, charge, terms, x)
  if used + charge.cost > cap - melting_of(charge, terms.priority) * (1 - x) then
    return false, min(toEdge, until_room(window, charge, terms, x, toEdge))
  end
  if terms.priority ~= 'P3' then return true, 0 end
  local burst = charge.limit * 0.2
  if cap <= burst or used <= burst + (cap - burst) * x then return true, 0 end
  local due = (used - burst) / (cap - burst)
  local wait = math.ceil((due - x) * charge.windowMs)
  if wait <= terms.reserveAheadMs and due < 1 then return true, wait end
  return false, max(1, wait - terms.reserveAheadMs)
end

local function is_late(sentAt, windowMs, lifetimeMs)
  return sentAt % windowMs + lifetimeMs >= windowMs
end

local function reserve(window, charge, terms, wait)
  if is_late(terms.now + wait, charge.windowMs, terms.lifetimeMs) then window.late = window.late + charge.cost end
  window.reserved = window.reserved + charge.cost
  if window.confirmed == 0 then
    if window.blindSince == 0 then window.blindSince = terms.now end
    window.probedAt = terms.now
  end
end

local function acknowledge(window, s)
  local late = 0
  if is_late(s.sentAt, s.windowMs, s.lifetimeMs) then late = s.cost end
  if s.index == window.index then
    if s.landed then window.acked = window.acked + s.cost
    else window.reserved = max(0, window.reserved - s.cost) end
    window.late = max(0, window.late - late)
  elseif not s.landed or s.receivedAt + s.errorMs < window.index * s.windowMs then
    window.carry = max(0, window.carry - late)
  end
end

local function settle(window, s)
  acknowledge(window, s)
  local certain = s.used >= 0
    and math.floor((s.sentAt - s.errorMs) / s.windowMs) == window.index
    and math.floor((s.receivedAt + s.errorMs) / s.windowMs) == window.index
  if not certain then return false end
  local started_late = window.confirmed == 0 and window.cold == 0
    and s.used >= window.previousHeader and window.previousHeader > window.reserved + window.carry
  local started_early = s.index == window.index and s.used < s.headerAtGrant
  window.confirmed = 1
  window.header = max(window.header, s.used)
  window.foreign = max(window.foreign, s.used - window.reserved - window.carry)
  if s.sentAt - s.errorMs >= window.index * s.windowMs + s.lifetimeMs then window.carry = 0 end
  return started_late or started_early
end
