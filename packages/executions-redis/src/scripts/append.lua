-- One atomic step: events and the state after them.
-- ARGV: id, fencing token ('' for a writer that is not the owner), counter, allowed states (',a,b,' or ''),
-- next status (''), why it is in it (a zero byte: as before), terminal ('1'), release ('1'), in how many ms it is woken up ('': now),
-- the epoch that begins (''), the most bytes of output to keep of a task, of an execution and of all
-- ('': not bounded), field count, fields…, events…
local token, counter, allowed, to, reason = ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[6]
local terminal, release, epoch = ARGV[7] == '1', ARGV[8] == '1', ARGV[10]
local now = redis.call('HMGET', KEYS[1], 'status', 'token', 'counter', 'owner', 'lane', 'head', 'counter_head')
local status, owner, lane = now[1], now[4], now[5]
if not status then return { 'missing' } end
if token ~= '' then
  if token ~= now[2] then return { 'stale' } end
  -- Sent again after a lost connection: it is stored already. Somebody else may have stored more since.
  if counter <= tonumber(now[3]) then return { 'stored', tonumber(now[7] or now[6]) } end
  if owner == '' then return { 'stale' } end
  -- One that was stored before is not there any more.
  if counter > tonumber(now[3]) + 1 and epoch == '' then return { 'rewound', tonumber(now[6]) } end
end
-- That its owner began is gone as well.
if epoch ~= '' and (status == 'queued' or status == 'waiting') then
  status = 'running'
  enter_status(status, '')
end
if allowed ~= '' and not string.find(allowed, ',' .. status .. ',', 1, true) then return { 'illegal', status } end

if epoch ~= '' then begin_epoch(epoch) end
local fields = tonumber(ARGV[14])
for i = 15, 14 + fields, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
if reason == '\0' then reason = redis.call('HGET', KEYS[1], 'reason') or '' end
if to ~= '' then enter_status(to, reason) end
local function limit(value) return tonumber(value) or math.huge end
local limits = { task = limit(ARGV[11]), execution = limit(ARGV[12]), all = limit(ARGV[13]) }
local head = append_events(15 + fields, limits, terminal)
if token ~= '' then redis.call('HSET', KEYS[1], 'counter', counter, 'counter_head', head) end

if terminal or release then
  redis.call('HSET', KEYS[1], 'owner', '')
  redis.call('SREM', PREFIX .. 'held', ARGV[1])
end
if terminal then
  redis.call('ZADD', PREFIX .. 'ended', string.format('%.0f', now_us() / 1000), ARGV[1])
  redis.call('ZADD', PREFIX .. 'to-archive', string.format('%.0f', now_us() / 1000), ARGV[1])
  leave_turn(ARGV[1])
elseif release or (token == '' and owner == '') then
  local due = ARGV[9] ~= '' and string.format('%.0f', now_us() / 1000 + tonumber(ARGV[9])) or ''
  redis.call('HSET', KEYS[1], 'due', due, 'due_since', string.format('%.0f', now_us() / 1000))
  wake(ARGV[1], lane, due)
end
-- The worker that runs it hears at once; its heartbeat would tell it too.
if token == '' and to ~= '' then redis.call('PUBLISH', PREFIX .. 'control', ARGV[1]) end
return { 'stored', head }
