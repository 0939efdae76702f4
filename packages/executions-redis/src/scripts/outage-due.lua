-- The executions to resume now, after '1' when it is over and '0' when one of them may try. ARGV[2]: whether one may ('1').
local BATCH = 100
if worked then return { '1', unpack(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, BATCH)) } end
if not is_open or ARGV[2] ~= '1' or due == -1 or due > now then return { '0' } end
local waiting = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, BATCH)
if #waiting > 0 then let_try(waiting[1]) end
return { '0', unpack(waiting) }
