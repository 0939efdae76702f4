-- Gives all executions a place that were stored by a version that went by names alone, and have not ended; once.
if redis.call('SET', PREFIX .. 'older-placed', '1', 'NX') == false then return 0 end
local placed = 0
for _, status in ipairs({ 'queued', 'running', 'paused', 'waiting', 'cancelling' }) do
  for _, id in ipairs(redis.call('ZRANGE', PREFIX .. 'executions:' .. status, 0, -1)) do
    if redis.call('HEXISTS', PREFIX .. 'execution:' .. id, 'place') == 0 then
      place_older(id)
      placed = placed + 1
    end
  end
end
return placed
