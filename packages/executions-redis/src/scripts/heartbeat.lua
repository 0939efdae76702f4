-- Says that an owner lives, and when it was heard, in milliseconds. KEYS: the hashes of its executions; ARGV: a fencing token for each. Gives their states.
local states = {}
local time = redis.call('TIME')
local heard = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
-- It makes nothing larger: a script that has written, be it nothing, goes on where memory is short.
redis.call('HDEL', KEYS[1], '')
for i, key in ipairs(KEYS) do
  local now = redis.call('HMGET', key, 'token', 'owner', 'status')
  if now[1] == ARGV[i] and now[2] ~= '' then
    redis.call('HINCRBY', key, 'beat', 1)
    redis.call('HSET', key, 'heard', heard)
    states[i] = now[3]
  else
    states[i] = 'stale'
  end
end
return states
