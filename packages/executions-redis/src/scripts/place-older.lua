-- Gives all executions a place that were stored by a version that went by names alone, and have not ended; once.
-- ARGV: id, turn, id, turn, … of those whose folder is known.
if redis.call('SET', PREFIX .. 'older-placed', '1', 'NX') == false then return 0 end
local turns = {}
for i = 1, #ARGV, 2 do turns[ARGV[i]] = ARGV[i + 1] end
local placed = 0
for _, status in ipairs({ 'queued', 'running', 'paused', 'waiting', 'cancelling' }) do
  for _, id in ipairs(redis.call('ZRANGE', PREFIX .. 'executions:' .. status, 0, -1)) do
    if redis.call('HEXISTS', PREFIX .. 'execution:' .. id, 'place') == 0 then
      place_older(id, turns[id])
      placed = placed + 1
    end
  end
end
return placed
