-- An attempt that began at ARGV[2] (ms) has worked, of the execution ARGV[3].
redis.call('ZREM', KEYS[2], ARGV[3])
if not is_open or tonumber(ARGV[2]) < noted then return 0 end
redis.call('HSET', KEYS[1], 'worked', '1')
return 1
