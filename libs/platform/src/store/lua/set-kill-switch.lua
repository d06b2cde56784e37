-- Sets the switch and takes the permit away; a switch that stands already keeps its record.
-- KEYS: switch, permit, meta, epoch. ARGV: meta. Answers 1 if it was not set before, the highest epoch, the meta that stands.
--- @include "text"
local added = redis.call('SET', KEYS[1], '1', 'NX') and 1 or 0
redis.call('DEL', KEYS[2])
if added == 1 then redis.call('SET', KEYS[3], ARGV[1]) end
redis.call('PUBLISH', STOPS_CHANNEL, '1')
return { added, text_of(KEYS[4]) or '0', text_of(KEYS[3]) or '{}' }
