-- Adds a run to its levels. KEYS[1]: the levels by their turn; KEYS[2] ...: the lists of the run's levels, the agent's
-- first. ARGV: the run, how many runs an agent's list keeps, how many another keeps, how many levels there may be.
local latest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
local turn = tonumber(latest[2] or '0') + 1
for i = 2, #KEYS do
  redis.call('LPUSH', KEYS[i], ARGV[1])
  redis.call('LTRIM', KEYS[i], 0, (i == 2 and ARGV[2] or ARGV[3]) - 1)
  -- Of one turn, the coarser is the later: what is special goes first.
  redis.call('ZADD', KEYS[1], string.format('%d', turn + #KEYS - i), KEYS[i])
end
local surplus = redis.call('ZCARD', KEYS[1]) - ARGV[4]
if surplus > 0 then
  for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, surplus - 1)) do redis.call('DEL', key) end
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, surplus - 1)
end
