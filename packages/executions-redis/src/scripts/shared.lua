-- Put before every script. KEYS[1] is the execution's hash, KEYS[2] its log; ARGV[1] is its id.
local PREFIX = 'cc:'

-- A task's output in the log has at most `max` bytes: its oldest entries go first, and nothing but output goes.
-- `from` is the seq at which to look for the oldest one; gives where to look the next time, and what is left.
local function trim_output(max, from, bytes)
  while bytes > max do
    local entries = redis.call('XRANGE', KEYS[2], string.format('%d-0', from), '+', 'COUNT', 16)
    if #entries == 0 then break end
    for _, entry in ipairs(entries) do
      if bytes <= max then break end
      from = tonumber(string.match(entry[1], '^%d+')) + 1
      if OUTPUT[entry[2][2]] then
        redis.call('XDEL', KEYS[2], entry[1])
        bytes = bytes - #entry[2][4]
      end
    end
  end
  return from, bytes
end

-- Numbers the events, stores them, and publishes them as lines of "<seq> <type> <json>".
-- `first` is the place in ARGV of the first (type, tail) pair; the pairs reach to the end. `max`: see above, or nil.
local function append_events(first, max)
  local now = redis.call('HMGET', KEYS[1], 'head', 'epoch', 'output_task', 'output_from', 'output_bytes')
  local head = tonumber(now[1])
  if first > #ARGV then return head end
  local start = '"epoch":"' .. now[2] .. '",'
  -- Tasks run one after the other: what is counted is the output of the last that was started, from its first seq.
  local task, from, bytes = now[3] or '', tonumber(now[4] or '1'), tonumber(now[5] or '0')
  local lines = {}
  for i = first, #ARGV, 2 do
    head = head + 1
    local json = '{"seq":' .. string.format('%d', head) .. ',' .. start .. ARGV[i + 1]
    redis.call('XADD', KEYS[2], string.format('%d-0', head), 'type', ARGV[i], 'event', json)
    lines[#lines + 1] = string.format('%d', head) .. ' ' .. ARGV[i] .. ' ' .. json
    if OUTPUT[ARGV[i]] then bytes = bytes + #json end
    local started = ARGV[i] == 'task.started' and string.match(ARGV[i + 1], '"type":"task.started","task":(%d+)')
    if started and started ~= task then task, from, bytes = started, head, 0 end
  end
  if max and bytes > max then from, bytes = trim_output(max, from, bytes) end
  redis.call('HSET', KEYS[1], 'head', string.format('%d', head), 'output_task', task,
    'output_from', string.format('%d', from), 'output_bytes', string.format('%d', bytes))
  redis.call('PUBLISH', PREFIX .. 'live:' .. ARGV[1], table.concat(lines, '\n'))
  return head
end

local function now_us()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

-- A wake-up for the queue, at a time in ms or, with '' or nil, now; whoever is alive carries it there.
local function wake(id, lane, at)
  local due = tonumber(at or '')
  -- Microseconds: the relay removes an entry only if it is still the one that it carried.
  redis.call('ZADD', PREFIX .. 'outbox', string.format('%.0f', due and due * 1000 or now_us()), lane .. ' ' .. id)
end

local function enter_status(to, reason)
  local from = redis.call('HGET', KEYS[1], 'status')
  local created = redis.call('HGET', KEYS[1], 'created')
  if from then redis.call('ZREM', PREFIX .. 'executions:' .. from, ARGV[1]) end
  redis.call('ZADD', PREFIX .. 'executions:' .. to, created, ARGV[1])
  redis.call('HSET', KEYS[1], 'status', to, 'reason', reason)
end

-- Executions that name the same workspace take turns, in the order of their submission.
local function turn_key()
  local workspace = redis.call('HGET', KEYS[1], 'turn')
  return workspace ~= '' and PREFIX .. 'turns:' .. workspace or nil
end
