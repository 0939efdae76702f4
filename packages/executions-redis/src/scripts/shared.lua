-- Put before every script. KEYS[1] is the execution's hash, KEYS[2] its log; ARGV[1] is its id.
local PREFIX = 'cc:'

-- Of each task that has not settled: how much output of it the log has, and from which seq. Kept as
-- '<task>:<from>:<bytes> …' in the field 'outputs'.
local function read_outputs(text)
  local outputs = {}
  for task, from, bytes in string.gmatch(text or '', '(%d+):(%d+):(%d+)') do
    outputs[task] = { from = tonumber(from), bytes = tonumber(bytes) }
  end
  return outputs
end

local function write_outputs(outputs)
  local parts, running = {}, 0
  for task, output in pairs(outputs) do
    parts[#parts + 1] = string.format('%s:%d:%d', task, output.from, output.bytes)
    running = running + output.bytes
  end
  return table.concat(parts, ' '), running
end

-- Removes output from a log, the oldest first and nothing else, until at most `max` of its `bytes` are left, or until
-- `most` entries were looked at. `from` is the seq at which to look for the oldest; `only`: that of one task, nil: any.
-- Returns where to look the next time, and what is left. What goes is taken from `outputs`.
local function trim_output(log, max, from, bytes, most, outputs, only)
  while bytes > max and most > 0 do
    local entries = redis.call('XRANGE', log, string.format('%d-0', from), '+', 'COUNT', 16)
    if #entries == 0 then break end
    most = most - #entries
    for _, entry in ipairs(entries) do
      if bytes <= max then break end
      from = tonumber(string.match(entry[1], '^%d+')) + 1
      if OUTPUT[entry[2][2]] then
        local task = string.match(entry[2][4], '"task":(%d+)')
        if not only or task == only then
          redis.call('XDEL', log, entry[1])
          bytes = bytes - #entry[2][4]
          if outputs[task] then outputs[task].bytes = math.max(0, outputs[task].bytes - #entry[2][4]) end
        end
      end
    end
  end
  return from, bytes
end

-- An append takes out so many entries at most, of output that others have brought in as well: more than it can add.
local MOST_TRIMMED = 2000

-- Notes how much output a log has: `total` bytes in it, of which `running` are of tasks that have not settled.
local function count_output(id, before, total, running)
  if total ~= before then redis.call('INCRBY', PREFIX .. 'output-bytes', string.format('%.0f', total - before)) end
  if total > running then
    redis.call('ZADD', PREFIX .. 'settled-output', string.format('%.0f', total - running), id)
  else
    redis.call('ZREM', PREFIX .. 'settled-output', id)
  end
end

-- Bounds the output of all logs together: the largest part that is of settled tasks goes first. True: something went.
local function trim_settled(max)
  local excess = tonumber(redis.call('GET', PREFIX .. 'output-bytes') or '0') - max
  if excess <= 0 then return false end
  local largest = redis.call('ZRANGE', PREFIX .. 'settled-output', -1, -1, 'WITHSCORES')
  if not largest[1] then return false end
  local id, settled = largest[1], tonumber(largest[2])
  local key = PREFIX .. 'execution:' .. id
  local now = redis.call('HMGET', key, 'output_total', 'output_start', 'outputs')
  local outputs = read_outputs(now[3])
  local total = tonumber(now[1] or '0')
  local keep = total - math.min(settled, excess)
  local start = tonumber(now[2] or '1')
  local from, left = trim_output(PREFIX .. 'log:' .. id, keep, start, total, MOST_TRIMMED, outputs)
  if from == start then
    -- What is counted is not there: it is counted anew.
    redis.call('ZREM', PREFIX .. 'settled-output', id)
    return true
  end
  local text, running = write_outputs(outputs)
  redis.call('HSET', key, 'output_total', string.format('%.0f', left), 'output_start', string.format('%d', from),
    'outputs', text)
  count_output(id, total, left, running)
  return true
end

-- A log that goes takes its output along.
local function forget_output(id)
  local total = tonumber(redis.call('HGET', PREFIX .. 'execution:' .. id, 'output_total') or '0')
  count_output(id, total, 0, 0)
end

-- The feed of the installation: so many entries are kept of it.
local FEED_KEPT = 20000

-- The envelope of an event without its data: who, when and what.
local function head_of(tail)
  local data = string.find(tail, ',"data":', 1, true)
  return string.sub(tail, 1, data - 1)
end

-- Appends entries to the feed, with the state that the execution has now. `epoch`: that of the feed where it has none yet.
local function tell_feed(entries, epoch)
  if #entries == 0 then return end
  local key = PREFIX .. 'feed'
  redis.call('HSETNX', key, 'epoch', epoch)
  local start = ',"epoch":"' .. redis.call('HGET', key, 'epoch') .. '","status":"' .. redis.call('HGET', KEYS[1], 'status') .. '",'
  local position
  for _, entry in ipairs(entries) do
    position = redis.call('HINCRBY', key, 'head', 1)
    redis.call('XADD', PREFIX .. 'feed-log', 'MAXLEN', '~', FEED_KEPT, string.format('%d-0', position), 'entry',
      '{"position":' .. string.format('%d', position) .. start .. entry .. '}')
  end
  redis.call('PUBLISH', PREFIX .. 'feed-live', string.format('%d', position))
end

-- An execution that leaves the lists. `at`: RFC 3339.
local function tell_removed(id, at)
  tell_feed({ '"seq":null,"execution_id":"' .. id .. '","at":"' .. at .. '","type":"execution.removed"' }, 'none')
end

-- Redis has lost what it had: so has the feed.
local function begin_epoch(epoch)
  redis.call('HSET', KEYS[1], 'epoch', epoch)
  redis.call('HSET', PREFIX .. 'feed', 'epoch', epoch)
end

local SETTLED = { ['task.completed'] = true, ['task.failed'] = true, ['task.timed_out'] = true,
  ['task.cancelled'] = true, ['task.skipped'] = true }

-- Numbers the events, stores them, and publishes them as lines of "<seq> <type> <json>".
-- `first` is the place in ARGV of the first (type, tail) pair; the pairs reach to the end. `limits`: the most bytes of
-- output of a task, of an execution and of all; nil: not bounded. `settled`: its last task has ended.
local function append_events(first, limits, settled)
  local now = redis.call('HMGET', KEYS[1], 'head', 'epoch', 'outputs', 'output_total', 'output_start')
  local head = tonumber(now[1])
  if first > #ARGV then return head end
  local start = '"epoch":"' .. now[2] .. '",'
  local outputs = read_outputs(now[3])
  local before = tonumber(now[4] or '0')
  local total, oldest = before, tonumber(now[5] or '1')
  local lines, told = {}, {}
  for i = first, #ARGV, 2 do
    local type, tail = ARGV[i], ARGV[i + 1]
    head = head + 1
    local json = '{"seq":' .. string.format('%d', head) .. ',' .. start .. tail
    redis.call('XADD', KEYS[2], string.format('%d-0', head), 'type', type, 'event', json)
    lines[#lines + 1] = string.format('%d', head) .. ' ' .. type .. ' ' .. json
    if FEED[type] then told[#told + 1] = '"seq":' .. string.format('%d', head) .. ',' .. head_of(tail) end
    local task = (OUTPUT[type] or SETTLED[type] or type == 'task.started') and string.match(tail, '"task":(%d+)')
    if OUTPUT[type] then
      total = total + #json
      -- What comes without a task counts for the whole alone.
      if task then
        outputs[task] = outputs[task] or { from = head, bytes = 0 }
        outputs[task].bytes = outputs[task].bytes + #json
      end
    elseif type == 'task.started' then
      redis.call('HSET', KEYS[1], 'begun', '1', 'losses', '0')
      redis.call('HDEL', KEYS[1], 'paused_ms')
    elseif task then
      outputs[task] = nil
    end
  end
  if limits then
    for task, output in pairs(outputs) do
      local bytes = output.bytes
      output.from = trim_output(KEYS[2], limits.task, output.from, bytes, math.huge, outputs, task)
      total = total - (bytes - output.bytes)
    end
    oldest, total = trim_output(KEYS[2], limits.execution, oldest, total, MOST_TRIMMED, outputs)
  end
  if settled then outputs = {} end
  local text, running = write_outputs(outputs)
  redis.call('HSET', KEYS[1], 'head', string.format('%d', head), 'outputs', text,
    'output_total', string.format('%.0f', total), 'output_start', string.format('%d', oldest))
  count_output(ARGV[1], before, total, running)
  if limits and not trim_settled(limits.all) then
    -- Nobody else has anything that could go: the writer makes room for what it brings.
    local excess = tonumber(redis.call('GET', PREFIX .. 'output-bytes') or '0') - limits.all
    if excess > 0 and total > 0 then
      local left
      oldest, left = trim_output(KEYS[2], math.max(0, total - excess), oldest, total, MOST_TRIMMED, outputs)
      text, running = write_outputs(outputs)
      redis.call('HSET', KEYS[1], 'outputs', text, 'output_total', string.format('%.0f', left),
        'output_start', string.format('%d', oldest))
      count_output(ARGV[1], total, left, running)
    end
  end
  redis.call('PUBLISH', PREFIX .. 'live:' .. ARGV[1], table.concat(lines, '\n'))
  tell_feed(told, now[2])
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

-- Notes how long an execution was paused since its last task started: `paused_ms`, and, while it is, `paused_at`.
local function note_pause(from, to)
  local time = math.floor(now_us() / 1000)
  if from == 'paused' then
    local at = tonumber(redis.call('HGET', KEYS[1], 'paused_at') or '') or time
    redis.call('HINCRBY', KEYS[1], 'paused_ms', string.format('%.0f', math.max(0, time - at)))
    redis.call('HDEL', KEYS[1], 'paused_at')
  end
  if to == 'paused' then redis.call('HSET', KEYS[1], 'paused_at', string.format('%.0f', time)) end
end

local function enter_status(to, reason)
  local from = redis.call('HGET', KEYS[1], 'status')
  note_pause(from, to)
  local created = redis.call('HGET', KEYS[1], 'created')
  if from then redis.call('ZREM', PREFIX .. 'executions:' .. from, ARGV[1]) end
  redis.call('ZADD', PREFIX .. 'executions:' .. to, created, ARGV[1])
  redis.call('HSET', KEYS[1], 'status', to, 'reason', reason)
end
