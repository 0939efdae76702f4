-- Stores a new execution: record, state, index, turn, idempotency key, wake-up and first events.
-- KEYS[3]: the idempotency key's; KEYS[4]: how many are below its root. ARGV: id, created (ms), lane, turn, epoch, schema,
-- record, status, fingerprint of the body ('' without a key), seconds that the key is kept, how many may be below its root
-- ('' for one that no task starts), seconds that their number is kept, the executions whose tasks have started it
-- (comma-separated, outermost first), '1' where its folder was named, the execution that it reruns ('': none), the branch
-- that it delivers, with its repository ('': none), field count, fields…, events…
local fingerprint = ARGV[9]
if fingerprint ~= '' then
  local known = redis.call('HMGET', KEYS[3], 'fingerprint', 'id')
  if known[1] then
    if known[1] == fingerprint then return { 'repeated', known[2] } end
    return { 'key_reused' }
  end
end
if redis.call('EXISTS', KEYS[1]) == 1 then return { 'in_use', ARGV[1] } end
local id, turn = ARGV[1], ARGV[4]
-- On some file systems the folders of names that differ in case alone are the same.
-- An id without capitals is its own folded one, and is not kept a second time.
local folded = string.lower(id)
local alike = redis.call('HGET', PREFIX .. 'folded-ids', folded) or (folded ~= id and folded)
if alike and redis.call('EXISTS', PREFIX .. 'execution:' .. alike) == 1 then return { 'in_use', alike } end
local rerun_of = ARGV[15] ~= '' and PREFIX .. 'execution:' .. ARGV[15]
if rerun_of and redis.call('EXISTS', rerun_of) == 0 then return { 'rerun_gone', ARGV[15] } end
-- A branch has the work of one list: what a second one delivers would be refused when its tasks are done.
if ARGV[16] ~= '' then
  for _, status in ipairs({ 'queued', 'running', 'waiting', 'paused', 'cancelling' }) do
    for _, other in ipairs(redis.call('ZRANGE', PREFIX .. 'executions:' .. status, 0, -1)) do
      if redis.call('HGET', PREFIX .. 'execution:' .. other, 'delivers') == ARGV[16] then return { 'branch_taken', other } end
    end
  end
end
-- One that a task submits comes after the execution of that task, and before all that wait for this: it must not wait for
-- one of them, while its task waits for it.
local above = ''
for parent in string.gmatch(ARGV[13], '[^,]+') do
  local now = redis.call('HMGET', PREFIX .. 'execution:' .. parent, 'turn', 'place', 'status')
  if now[2] and now[3] ~= 'completed' and now[3] ~= 'failed' and now[3] ~= 'cancelled' then
    if overlap(turn, now[1]) then return { 'own_workspace', parent } end
    above = string.sub(now[2], 2) .. '.'
  end
end
-- A folder that is to be its own is nobody's else.
if ARGV[14] ~= '1' and is_taken(turn) then return { 'workspace_taken' } end
if ARGV[11] ~= '' then
  if tonumber(redis.call('GET', KEYS[4]) or '0') >= tonumber(ARGV[11]) then return { 'family_full' } end
  redis.call('INCR', KEYS[4])
  redis.call('EXPIRE', KEYS[4], ARGV[12])
end
if fingerprint ~= '' then
  redis.call('HSET', KEYS[3], 'fingerprint', fingerprint, 'id', ARGV[1])
  redis.call('EXPIRE', KEYS[3], ARGV[10])
end
local created, lane = ARGV[2], ARGV[3]
local place = '1' .. above .. string.format('%016d', redis.call('INCR', PREFIX .. 'turns'))
redis.call('HSET', KEYS[1], 'created', created, 'lane', lane, 'turn', turn, 'place', place, 'epoch', ARGV[5], 'schema', ARGV[6],
  'record', ARGV[7], 'head', '0', 'generation', '0', 'token', '', 'counter', '0', 'owner', '', 'beat', '0')
if rerun_of then
  local reruns = redis.call('HGET', rerun_of, 'reruns')
  redis.call('HSET', rerun_of, 'reruns', (reruns and reruns ~= '') and reruns .. ',' .. id or id)
end
if ARGV[16] ~= '' then redis.call('HSET', KEYS[1], 'delivers', ARGV[16]) end
local fields = tonumber(ARGV[17])
for i = 18, 17 + fields, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
if folded ~= id then redis.call('HSET', PREFIX .. 'folded-ids', folded, id) end
redis.call('ZADD', PREFIX .. 'executions', created, id)
enter_status(ARGV[8], '')
set_place('ZADD', turn, place .. ' ' .. id)
append_events(18 + fields)
wake(id, lane)
return { 'stored', id }
