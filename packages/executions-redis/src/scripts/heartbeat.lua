-- Says that an owner lives. KEYS: the hashes of its executions; ARGV: a fencing token for each. Gives their states.
local states = {}
-- It makes nothing larger: a script that has written, be it nothing, goes on where memory is short.
redis.call('HDEL', KEYS[1], '')
for i, key in ipairs(KEYS) do
  local now = redis.call('HMGET', key, 'token', 'owner', 'status')
  if now[1] == ARGV[i] and now[2] ~= '' then
    redis.call('HINCRBY', key, 'beat', 1)
    states[i] = now[3]
  else
    states[i] = 'stale'
  end
end
return states
