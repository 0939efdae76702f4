-- What is due in the outbox, by the clock of Redis: a (member, score) pair each. KEYS[1]: the outbox; ARGV: how many.
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'WITHSCORES', 'LIMIT', 0, ARGV[1])
