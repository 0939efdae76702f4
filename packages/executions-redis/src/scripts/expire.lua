-- Ends an ownership whose heartbeat was seen standing still, provided that it still is the same. Its fencing token goes, so
-- that whatever its owner may still send is refused. ARGV: id, generation, beat. 1: done.
local now = redis.call('HMGET', KEYS[1], 'generation', 'beat', 'owner', 'lane', 'begun')
if not now[1] then
  redis.call('SREM', PREFIX .. 'held', ARGV[1])
  return 0
end
if now[1] ~= ARGV[2] or now[2] ~= ARGV[3] or now[3] == '' then return 0 end
-- First what makes nothing larger: from then on the script goes on where memory is short.
redis.call('SREM', PREFIX .. 'held', ARGV[1])
redis.call('HSET', KEYS[1], 'owner', '', 'token', '', 'lost', now[3])
-- An owner that was lost before it began a task may have been ended by what comes before that.
if now[5] == '0' then redis.call('HINCRBY', KEYS[1], 'losses', 1) end
wake(ARGV[1], now[4])
return 1
