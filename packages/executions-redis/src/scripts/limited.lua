-- A limit of a credential was reached. It only grows: a plan may have several, and all must be over.
-- KEYS[1]: what is known of the credential; ARGV: what it limits, until (ms), now (ms), seconds to keep it.
local field = 'limit ' .. ARGV[1]
local before = tonumber(string.match(redis.call('HGET', KEYS[1], field) or '', '^%d+') or '0')
if tonumber(ARGV[2]) > before then redis.call('HSET', KEYS[1], field, ARGV[2] .. ' ' .. ARGV[3]) end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
