-- Finds waits that were stored at a time that has not come yet: the clock was set back since, and what is due by it may be hours
-- away. Each lasts from now on as long as it was to last then. KEYS[1]: the outbox; ARGV: how many are looked at, and by how many
-- ms a clock may be wrong. Gives how many there were.
local now = now_us() / 1000
local found = 0
local entries = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now_us()), '+inf', 'LIMIT', 0, ARGV[1])
for _, member in ipairs(entries) do
  local lane, id = string.match(member, '^(%S+) (.*)$')
  local key = PREFIX .. 'execution:' .. id
  local stored = redis.call('HMGET', key, 'due', 'due_since')
  local due, since = tonumber(stored[1] or ''), tonumber(stored[2] or '')
  if due and since and since > now + tonumber(ARGV[2]) then
    local at = string.format('%.0f', math.max(now, due - (since - now)))
    redis.call('HSET', key, 'due', at, 'due_since', string.format('%.0f', now))
    wake(id, lane, at)
    found = found + 1
  end
end
return found
