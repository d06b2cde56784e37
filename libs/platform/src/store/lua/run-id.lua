-- Names this run of Redis: another one after every restart.
local function run_id()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
end
