-- Whether trading itself allows this placement now; nil if it does. A drain waits for what left under the largest
-- error; what flattens only reduces, no drain waits for it, and it must get out of a slow exchange as well.
local function forbidden(send, keys, now, error, clock_valid)
  if send.purpose ~= 'flatten' then
    if redis.call('EXISTS', keys.switch) == 1 then return 'HALTED' end
    local permitted = redis.call('GET', keys.permit)
    if not permitted then return 'PERMIT' end
    if permitted ~= whole(send.epoch) then return 'EPOCH' end
  end
  if redis.call('HEXISTS', keys.exposure, send.reservation) == 0 then return 'RESERVATION' end
  if not clock_valid or (send.purpose ~= 'flatten' and error > MAX_CLOCK_ERROR_MS) then return 'CLOCK' end
  if now > send.sendByMs or send.timestampMs > send.sendByMs then return 'LATE' end
  if send.timestampMs > now + error then return 'AHEAD' end
  return nil
end
