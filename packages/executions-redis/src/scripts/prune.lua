-- Removes all of an ended execution. ARGV: id.
local status = redis.call('HGET', KEYS[1], 'status')
if status then redis.call('ZREM', PREFIX .. 'executions:' .. status, ARGV[1]) end
for _, index in ipairs({ 'executions', 'ended', 'to-archive' }) do redis.call('ZREM', PREFIX .. index, ARGV[1]) end
forget_output(ARGV[1])
redis.call('DEL', KEYS[1], KEYS[2])
return 1
