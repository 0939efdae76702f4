-- Stores what of the branch of an ended execution was delivered after its end: its log is sealed. ARGV: that, as JSON.
-- 1: done.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'delivered', ARGV[1])
return 1
