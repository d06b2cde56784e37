-- The rules of `domain/fair-share.ts` in Lua; `shares-agreement.spec.ts` holds the two equal. A field is a sharer, its value
-- the window, what was granted and asked for in it, and what was asked for in the window before.
local SHARE_ROOM, SHARE_LEAST = 0.94, 0.1

-- Whoever is there now, by name; the others are forgotten.
local function load_shares(key, index)
  local flat, uses = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do
    local at, used, asked, before = string.match(flat[i + 1], '^(%d+):(%d+):(%d+):(%d+)$')
    at = tonumber(at)
    if not at or at < index - 1 or at > index then
      redis.call('HDEL', key, flat[i])
    elseif at == index then
      uses[flat[i]] = {used = tonumber(used), asked = tonumber(asked), before = tonumber(before)}
    else
      uses[flat[i]] = {used = 0, asked = 0, before = tonumber(asked)}
    end
  end
  return uses
end

local function save_share(key, sharer, index, use, windowMs)
  redis.call('HSET', key, sharer, string.format('%.0f:%.0f:%.0f:%.0f', index, use.used, use.asked, use.before))
  redis.call('PEXPIRE', key, string.format('%.0f', windowMs * 3))
end

local function promise_to(use, part)
  local expected = math.max(2 * use.asked, 2 * use.before, math.floor(part * SHARE_LEAST))
  return math.max(0, math.min(part, expected) - use.used)
end

local function within_share(uses, sharer, charge, used)
  local others = 0
  for name in pairs(uses) do if name ~= sharer then others = others + 1 end end
  if others == 0 then return true end
  local room = math.floor((charge.limit - (charge.heldBack or 0)) * SHARE_ROOM)
  local part = math.floor(room / (others + 1))
  if uses[sharer].used + charge.cost <= part then return true end
  local promised = 0
  for name, use in pairs(uses) do if name ~= sharer then promised = promised + promise_to(use, part) end end
  return used + charge.cost + promised <= room
end
