--- @include "exchange-clock"

local answer = cjson.decode(ARGV[1])
local now = exchange_clock(KEYS[1], answer.runId)
local suspect = 0
for i, s in ipairs(answer.meters) do
  local window = window_at(load_window(KEYS[1 + i]), s.windowMs, now, s.lifetimeMs)
  if settle(window, s) then suspect = 1 end
  save_window(KEYS[1 + i], window, s.windowMs)
end
return suspect
