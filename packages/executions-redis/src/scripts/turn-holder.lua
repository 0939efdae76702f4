-- Returns the first of those that come before a queued execution in its folder, or in a part of it; '': none. ARGV: id.
local now = redis.call('HMGET', KEYS[1], 'status', 'turn', 'place')
local status, path, place = now[1], now[2], now[3]
if status ~= 'queued' or not place then return '' end
local upto, first = '(' .. place .. ' ' .. ARGV[1], nil
local function look(key)
  local found = redis.call('ZRANGEBYLEX', PREFIX .. key, '-', upto, 'LIMIT', 0, 1)[1]
  if found and (not first or found < first) then first = found end
end
for _, folder in ipairs(folders_of(path)) do look('turns-at:' .. folder) end
look('turns-below:' .. path)
return first and string.match(first, ' (.*)$') or ''
