-- Keeps a folder free for a restore, for some time: nothing begins there meanwhile. ARGV: id, its turn, the restore's token,
-- for how many ms.
local now = redis.call('HMGET', KEYS[1], 'status', 'owner')
local status, owner = now[1], now[2]
if not status then return { 'missing' } end
if status ~= 'paused' and status ~= 'completed' and status ~= 'failed' and status ~= 'cancelled' then
  return { 'illegal', status }
end
if owner and owner ~= '' then return { 'held' } end
local path = ARGV[2]
-- Those that have begun and not ended, but for this one, have the folder, or a part of it.
local function begun(key)
  for _, member in ipairs(redis.call('ZRANGEBYLEX', PREFIX .. key, '-', '(1')) do
    local id = string.match(member, ' (.*)$')
    if id ~= ARGV[1] then return id end
  end
end
for _, folder in ipairs(folders_of(path)) do
  local id = begun('turns-at:' .. folder)
  if id then return { 'taken', id } end
end
local id = begun('turns-below:' .. path)
if id then return { 'taken', id } end
local time = math.floor(now_us() / 1000)
if is_restoring(path, time) then return { 'taken', '' } end
redis.call('ZREMRANGEBYSCORE', PREFIX .. 'restores', '-inf', string.format('%.0f', time))
redis.call('ZADD', PREFIX .. 'restores', string.format('%.0f', time + tonumber(ARGV[4])), ARGV[3] .. ' ' .. path)
return { 'begun' }
