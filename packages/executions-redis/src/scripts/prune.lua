-- Removes all of an ended execution. ARGV: id, now (RFC 3339).
local status = redis.call('HGET', KEYS[1], 'status')
local rerun_of = redis.call('HGET', KEYS[1], 'rerun_of')
local others = rerun_of and redis.call('HGET', PREFIX .. 'execution:' .. rerun_of, 'reruns')
if others then
  local left = {}
  for id in string.gmatch(others, '[^,]+') do if id ~= ARGV[1] then table.insert(left, id) end end
  redis.call('HSET', PREFIX .. 'execution:' .. rerun_of, 'reruns', table.concat(left, ','))
end
if status then redis.call('ZREM', PREFIX .. 'executions:' .. status, ARGV[1]) end
if redis.call('ZREM', PREFIX .. 'executions', ARGV[1]) == 1 and status then tell_removed(ARGV[1], ARGV[2]) end
for _, index in ipairs({ 'ended', 'to-archive' }) do redis.call('ZREM', PREFIX .. index, ARGV[1]) end
local folded = string.lower(ARGV[1])
if redis.call('HGET', PREFIX .. 'folded-ids', folded) == ARGV[1] then redis.call('HDEL', PREFIX .. 'folded-ids', folded) end
forget_output(ARGV[1])
redis.call('DEL', KEYS[1], KEYS[2])
return 1
