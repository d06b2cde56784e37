-- Compares what stands beside the exposure with its fields, and sets it right. KEYS: exposure, its sums.
-- Answers for each difference: the field, as it stood, as it is now.
--- @include "recount"
local exposure, sums = unpack(KEYS)
-- A rebuilding makes them.
if redis.call('HEXISTS', exposure, 'g') == 0 then return {} end
local fields, differences, stood = recount(exposure), {}, {}
local all = redis.call('HGETALL', sums)
for i = 1, #all, 2 do
  stood[all[i]] = all[i + 1]
  if fields[all[i]] == nil then differences[#differences + 1] = { all[i], all[i + 1], '' } end
end
for name, value in pairs(fields) do
  if stood[name] ~= value then differences[#differences + 1] = { name, stood[name] or '', value } end
end
if #differences > 0 then write_sums(sums, fields) end
return differences
