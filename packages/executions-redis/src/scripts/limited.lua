-- A limit of a credential was reached. It only grows: a plan may have several, and all must be over.
-- KEYS[1]: what is known of the credential; ARGV: what it limits, until (ms), seconds to keep it.
local field = 'limit ' .. ARGV[1]
local before = tonumber(string.match(redis.call('HGET', KEYS[1], field) or '', '^%d+') or '0')
-- When it was noted: by the clock of Redis, which all who note and ask share.
local time = redis.call('TIME')
local noted = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
if tonumber(ARGV[2]) > before then redis.call('HSET', KEYS[1], field, ARGV[2] .. ' ' .. noted) end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
