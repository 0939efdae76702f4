-- Stores a new execution: record, state, index, turn, wake-up and first events. 0: the id is in use.
-- ARGV: id, created (ms), lane, turn, epoch, record, status, field count, fields…, events…
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local id, created, lane, turn = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
redis.call('HSET', KEYS[1], 'created', created, 'lane', lane, 'turn', turn, 'epoch', ARGV[5], 'record', ARGV[6],
  'head', '0', 'generation', '0', 'counter', '0', 'owner', '', 'beat', '0')
local fields = tonumber(ARGV[8])
for i = 9, 8 + fields, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('ZADD', PREFIX .. 'executions', created, id)
enter_status(ARGV[7], '')
if turn ~= '' then
  local place = redis.call('INCR', PREFIX .. 'turns')
  redis.call('ZADD', turn_key(), place, id)
end
append_events(9 + fields)
wake(id, lane)
return 1
