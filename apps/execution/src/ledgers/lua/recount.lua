-- What stands beside the exposure, made anew from its fields.
--- @include "set-reservation"
local function recount(exposure)
  local by_side, fields = {}, {}
  local all = redis.call('HGETALL', exposure)
  fields.n = string.format('%d', #all / 2)
  for i = 1, #all, 2 do
    local name, value = all[i], all[i + 1]
    local kind = string.sub(name, 1, 2)
    if kind == 'r:' then
      local key, adds = contribution(value)
      if key then by_side[key] = add(by_side[key] or no_sums(), adds, 1) else fields['u:' .. name] = '1' end
    elseif kind == 'p:' and not is_flat(value) then
      fields[name] = '1'
    elseif name == 'g' then
      fields.g = value
    end
  end
  for key, sums in pairs(by_side) do fields[key] = sums_text(sums) end
  return fields
end

local function write_sums(sums, fields)
  redis.call('DEL', sums)
  for name, value in pairs(fields) do redis.call('HSET', sums, name, value) end
end
