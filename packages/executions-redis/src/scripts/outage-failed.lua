-- An attempt failed. ARGV[2]: when it began (ms); then the intervals.
-- One that had begun before the last failure was noted says nothing new, as long as that is waited for.
if is_open and tonumber(ARGV[2]) <= noted and (due > now or due == -1) then return string.format('%.0f', due) end
tries = worked and 1 or tries + 1
redis.call('HSET', KEYS[1], 'tries', tries, 'noted', ARGV[1], 'worked', '0')
return wait_for_next(3)
