-- What a key holds, if that is text; false for a key of any other kind, and for none.
local function text_of(key)
  return redis.call('TYPE', key).ok == 'string' and redis.call('GET', key)
end
