-- Has an ended execution removed by the next worker that tidies up: no list has it any more, and it counts as older than
-- every other. ARGV: id, now (RFC 3339). Returns its status; '': there is none.
local status = redis.call('HGET', KEYS[1], 'status')
if not status then return '' end
if status ~= 'completed' and status ~= 'failed' and status ~= 'cancelled' then return status end
if redis.call('ZREM', PREFIX .. 'executions', ARGV[1]) == 1 then tell_removed(ARGV[1], ARGV[2]) end
redis.call('ZREM', PREFIX .. 'executions:' .. status, ARGV[1])
redis.call('ZADD', PREFIX .. 'ended', '0', ARGV[1])
return status
