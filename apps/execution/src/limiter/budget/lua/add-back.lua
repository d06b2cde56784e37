-- What was spent without Redis, once it is back: charged to the window it was spent in, if that is still open.
--- @include "exchange-clock"

local spent = cjson.decode(ARGV[1])
local now = exchange_clock(KEYS[1], spent.runId)
for i, s in ipairs(spent.meters) do
  local window = window_at(load_window(KEYS[1 + i]), s.windowMs, now, s.lifetimeMs)
  if s.index == window.index then
    window.reserved = window.reserved + s.cost
    window.acked = window.acked + s.cost
  elseif s.index == window.index - 1 then
    window.carry = window.carry + s.late
  end
  save_window(KEYS[1 + i], window, s.windowMs)
end
return 'OK'
