-- Asks for a worker, unless nothing is left to be done; a wake-up too many is harmless.
-- ARGV: id, seq of an event that the log has had, the epoch that begins if it is gone.
local now = redis.call('HMGET', KEYS[1], 'status', 'lane', 'due', 'head')
if not now[1] or now[1] == 'completed' or now[1] == 'failed' or now[1] == 'cancelled' then return 0 end
if tonumber(now[4]) < tonumber(ARGV[2]) then begin_epoch(ARGV[3]) end
wake(ARGV[1], now[2], now[1] == 'waiting' and now[3] or nil)
return 1
