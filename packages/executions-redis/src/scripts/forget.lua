-- Takes the log and the record of an ended execution out of Redis, after they were archived. What a poll and a list need
-- stays. ARGV: id, head that was archived. 1: done.
local now = redis.call('HMGET', KEYS[1], 'status', 'head')
if now[2] ~= ARGV[2] then return 0 end
if now[1] ~= 'completed' and now[1] ~= 'failed' and now[1] ~= 'cancelled' then return 0 end
forget_output(ARGV[1])
-- Made anew: a hash keeps the size that it once had.
local kept = redis.call('HMGET', KEYS[1], 'reason', 'created', 'epoch', 'summary', 'title', 'labels', 'rerun_of', 'reruns', 'workspace', 'branch', 'delivered')
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'status', now[1], 'head', now[2], 'reason', kept[1], 'created', kept[2], 'epoch', kept[3],
  'summary', kept[4], 'archived', '1')
for index, name in ipairs({ 'title', 'labels', 'rerun_of', 'reruns', 'workspace', 'branch', 'delivered' }) do
  local value = kept[4 + index]
  if value and value ~= '' then redis.call('HSET', KEYS[1], name, value) end
end
redis.call('DEL', KEYS[2])
redis.call('ZREM', PREFIX .. 'to-archive', ARGV[1])
return 1
