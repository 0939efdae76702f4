-- Put before the scripts of outages. KEYS[1] is what is known of one: `tries` that failed, when the last of them was
-- `noted` and when the next may be made (`until`, in ms; -1: none is made by itself), by whom one is made now (`probe`),
-- and `worked` when it is over. KEYS[2]: the executions that wait, by the time from which they may be resumed.
-- ARGV[1]: now (ms).
local KEPT_SECONDS = 90 * 24 * 3600
-- A try that is not heard of again is made by another after so long.
local LEASE_MS = 60000
local now = tonumber(ARGV[1])
local known = redis.call('HMGET', KEYS[1], 'tries', 'noted', 'until', 'worked', 'probe')
local tries, noted, worked = tonumber(known[1] or '0'), tonumber(known[2] or '0'), known[4] == '1'
local due, probe = tonumber(known[3] or '-1'), known[5] or ''
local is_open = known[1] and not worked
-- More than clocks of several machines differ.
local SLIGHT_MS = 60000
-- The clock was set back since: what is due, and what waits, is as far away as it was then.
if noted > now + SLIGHT_MS then
  local back = noted - now
  noted, due = now, due == -1 and due or due - back
  redis.call('HSET', KEYS[1], 'noted', string.format('%.0f', noted), 'until', string.format('%.0f', due))
  local waiting = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. string.format('%.0f', now), '+inf', 'WITHSCORES')
  for i = 1, #waiting, 2 do
    redis.call('ZADD', KEYS[2], string.format('%.0f', tonumber(waiting[i + 1]) - back), waiting[i])
  end
end

-- Sets when the next may be made. The intervals (ms) are in ARGV from `first` on; -1: there are none.
local function wait_for_next(first)
  local interval = tonumber(ARGV[math.min(first + math.max(tries, 1) - 1, #ARGV)])
  local at = #ARGV < first and -1 or now + interval
  redis.call('HSET', KEYS[1], 'until', string.format('%.0f', at), 'probe', '')
  redis.call('EXPIRE', KEYS[1], KEPT_SECONDS)
  return string.format('%.0f', at)
end

local function let_try(execution)
  redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + LEASE_MS), 'probe', execution)
end
