-- A credential was used with success: limits that were noted before that use began are over, whatever was said of them.
-- KEYS[1]: what is known of the credential; ARGV: at (RFC 3339), how long ago the use began (ms), seconds to keep it.
local time = redis.call('TIME')
local begun = time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(ARGV[2])
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local noted = string.sub(all[i], 1, 6) == 'limit ' and tonumber(string.match(all[i + 1], '%d+$'))
  if noted and noted < begun then redis.call('HDEL', KEYS[1], all[i]) end
end
redis.call('HSET', KEYS[1], 'success', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
