-- How many entries of the outbox are due, and for how many microseconds the oldest is, by the clock of Redis.
-- KEYS[1]: the outbox.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
return { redis.call('ZCOUNT', KEYS[1], '-inf', string.format('%.0f', now)), oldest and now - tonumber(oldest) or 0 }
