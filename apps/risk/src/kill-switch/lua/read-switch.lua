-- Everything the switch says, at one moment: {time, run id, 1 if it stands, meta, epoch, stops as field-value list}. Any
-- value counts, of whatever kind; a meta that is no text says nothing.
--- @include "halt"
return { redis_ms(), run_id(), redis.call('EXISTS', KEYS[1]), text_of(KEYS[2]), epoch_now(), redis.call('HGETALL', KEYS[3]) }
