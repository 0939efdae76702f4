-- Takes the ownership of an execution that nobody holds. ARGV: id, owner, the schema of records that it
-- knows, and what makes its fencing token unlike any other: a Redis that has lost a claim gives the same generation again.
local LATER_MS = 60000
-- A restore takes seconds.
local AGAIN_MS = 1000
local now = redis.call('HMGET', KEYS[1], 'status', 'owner')
local status, owner = now[1], now[2]
if not status then return { 'missing' } end
if status == 'completed' or status == 'failed' or status == 'cancelled' then return { 'ended' } end
if owner ~= '' then return { 'held' } end
if status == 'paused' then return { 'not_due' } end
local due = redis.call('HGET', KEYS[1], 'due') or ''
if status == 'waiting' and due ~= '' and tonumber(due) * 1000 > now_us() then
  -- A surplus wake-up came too early: it must not be the last one.
  wake(ARGV[1], redis.call('HGET', KEYS[1], 'lane'), due)
  return { 'not_due' }
end
if tonumber(redis.call('HGET', KEYS[1], 'schema') or '1') > tonumber(ARGV[3]) then
  -- A worker that knows it may come.
  wake(ARGV[1], redis.call('HGET', KEYS[1], 'lane'), now_us() / 1000 + LATER_MS)
  return { 'unreadable' }
end
-- One that is being cancelled runs nothing more, and needs no turn.
if status ~= 'cancelling' then
  local turn = redis.call('HMGET', KEYS[1], 'turn', 'place')
  local path, place = turn[1], turn[2]
  if not place then path, place = place_older(ARGV[1]) end
  if is_taken(path, place .. ' ' .. ARGV[1]) then return { 'workspace_taken' } end
  local time = math.floor(now_us() / 1000)
  if is_restoring(path, time) then
    wake(ARGV[1], redis.call('HGET', KEYS[1], 'lane'), time + AGAIN_MS)
    return { 'workspace_taken' }
  end
  begin_turn(ARGV[1], path, place)
end
local generation = redis.call('HINCRBY', KEYS[1], 'generation', 1)
local token = string.format('%d', generation) .. '-' .. ARGV[4]
local before = redis.call('HMGET', KEYS[1], 'lost', 'heard')
local heard = string.format('%.0f', now_us() / 1000)
redis.call('HSET', KEYS[1], 'owner', ARGV[2], 'token', token, 'counter', '0', 'beat', '0', 'heard', heard, 'begun', '0')
redis.call('SADD', PREFIX .. 'held', ARGV[1])
redis.call('HSET', KEYS[1], 'lost', '')
return { 'claimed', generation, token, redis.call('HGETALL', KEYS[1]), before[1] or '', before[2] or '' }
