-- A credential was used with success: limits that were noted before that use began are over, whatever was said of them.
-- KEYS[1]: what is known of the credential; ARGV: at (RFC 3339), begun (ms), seconds to keep it.
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local noted = string.sub(all[i], 1, 6) == 'limit ' and tonumber(string.match(all[i + 1], '%d+$'))
  if noted and noted < tonumber(ARGV[2]) then redis.call('HDEL', KEYS[1], all[i]) end
end
redis.call('HSET', KEYS[1], 'success', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
