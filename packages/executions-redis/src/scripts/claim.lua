-- Takes the ownership of an execution that nobody holds. ARGV: id, owner.
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
local turns = turn_key()
if turns and redis.call('ZRANGE', turns, 0, 0)[1] ~= ARGV[1] then return { 'workspace_taken' } end
redis.call('HSET', KEYS[1], 'owner', ARGV[2], 'counter', '0', 'beat', '0')
redis.call('SADD', PREFIX .. 'held', ARGV[1])
local lost = redis.call('HGET', KEYS[1], 'lost') or ''
redis.call('HSET', KEYS[1], 'lost', '')
return { 'claimed', redis.call('HINCRBY', KEYS[1], 'generation', 1), redis.call('HGETALL', KEYS[1]), lost }
