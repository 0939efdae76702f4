-- Put before every script. KEYS[1] is the execution's hash, KEYS[2] its log; ARGV[1] is its id.
local PREFIX = 'cc:'

-- Numbers the events, stores them, and publishes them as lines of "<seq> <type> <json>".
-- `from` is the place in ARGV of the first (type, tail) pair; the pairs reach to the end.
local function append_events(from)
  local head = tonumber(redis.call('HGET', KEYS[1], 'head'))
  if from > #ARGV then return head end
  local start = '"epoch":"' .. redis.call('HGET', KEYS[1], 'epoch') .. '",'
  local lines = {}
  for i = from, #ARGV, 2 do
    head = head + 1
    local json = '{"seq":' .. string.format('%d', head) .. ',' .. start .. ARGV[i + 1]
    redis.call('XADD', KEYS[2], string.format('%d-0', head), 'type', ARGV[i], 'event', json)
    lines[#lines + 1] = string.format('%d', head) .. ' ' .. ARGV[i] .. ' ' .. json
  end
  redis.call('HSET', KEYS[1], 'head', string.format('%d', head))
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
