-- How much of one of a plan's limits is used, and what was spent while that was seen to grow within one window.
-- KEYS[1]: what is known of the credential; ARGV: the limit, the part that is used, when it resets ('': not told), what
-- the use cost in dollars, seconds to keep it.
local field = 'plan ' .. ARGV[1]
local known = cjson.decode(redis.call('HGET', KEYS[1], field) or '{}')
local used = tonumber(ARGV[2])
if known.resets_at == ARGV[3] and known.used <= used then
  known.cost = known.cost + tonumber(ARGV[4])
else
  known = { first = used, cost = 0, resets_at = ARGV[3] }
end
known.used = used
redis.call('HSET', KEYS[1], field, cjson.encode(known))
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1
