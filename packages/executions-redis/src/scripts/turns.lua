-- Put behind the shared part of scripts that know turns. Executions whose folders are the same, or lie in one another, take
-- turns. `turn` is an execution's folder from the root; `place` its place among all: 0 where it has begun, else 1, then a
-- number that grows, after that of the execution whose task has submitted it. Members are "<place> <id>", in this order.

-- The folders that a path leads through, the outermost first; the last is its own.
local function folders_of(path)
  local folders = {}
  for at in string.gmatch(path, '()/') do folders[#folders + 1] = string.sub(path, 1, at - 1) end
  folders[#folders + 1] = path
  return folders
end

-- Adds ('ZADD') or removes ('ZREM') a member: at its own folder, and below each folder that this lies in.
local function set_place(command, path, member)
  local folders = folders_of(path)
  for i, folder in ipairs(folders) do
    local key = PREFIX .. (i == #folders and 'turns-at:' or 'turns-below:') .. folder
    if command == 'ZADD' then redis.call('ZADD', key, 0, member) else redis.call('ZREM', key, member) end
  end
end

-- Whether one of the executions that have, or want, a part of this folder comes before this member; nil: any of them.
local function is_taken(path, member)
  local upto = member and '(' .. member or '+'
  for _, folder in ipairs(folders_of(path)) do
    if redis.call('ZLEXCOUNT', PREFIX .. 'turns-at:' .. folder, '-', upto) > 0 then return true end
  end
  return redis.call('ZLEXCOUNT', PREFIX .. 'turns-below:' .. path, '-', upto) > 0
end

local function overlap(one, other)
  return one == other or string.sub(one, 1, #other + 1) == other .. '/' or string.sub(other, 1, #one + 1) == one .. '/'
end

-- Whether a restore changes a part of this folder at a time in ms. One whose process is gone is over after a while.
local function is_restoring(path, time)
  local restores = redis.call('ZRANGEBYSCORE', PREFIX .. 'restores', '(' .. string.format('%.0f', time), '+inf')
  for _, member in ipairs(restores) do
    if overlap(path, string.match(member, '^%S+ (.*)$')) then return true end
  end
  return false
end

-- An execution has begun: nobody comes before it now, also one whose place is before its own.
local function begin_turn(id, path, place)
  if string.sub(place, 1, 1) == '0' then return end
  set_place('ZREM', path, place .. ' ' .. id)
  place = '0' .. string.sub(place, 2)
  set_place('ZADD', path, place .. ' ' .. id)
  redis.call('HSET', PREFIX .. 'execution:' .. id, 'place', place)
end

-- An execution has ended: those that waited for it alone are woken.
local function leave_turn(id)
  local now = redis.call('HMGET', PREFIX .. 'execution:' .. id, 'turn', 'place')
  local path, place = now[1], now[2]
  if not place then return end
  set_place('ZREM', path, place .. ' ' .. id)
  local function wake_first(members)
    for _, member in ipairs(members) do
      local next_id = string.match(member, ' (.*)$')
      local waiting = redis.call('HMGET', PREFIX .. 'execution:' .. next_id, 'turn', 'lane')
      if waiting[1] and not is_taken(waiting[1], member) then wake(next_id, waiting[2]) end
    end
  end
  for _, folder in ipairs(folders_of(path)) do
    wake_first(redis.call('ZRANGE', PREFIX .. 'turns-at:' .. folder, 0, 0))
  end
  wake_first(redis.call('ZRANGE', PREFIX .. 'turns-below:' .. path, 0, -1))
end

-- Gives a place to an execution that a version stored which went by names alone: by when it was submitted, before all
-- others. `turn`: its folder; nil: what its name says. Returns its folder and its place.
local function place_older(id, turn)
  local key = PREFIX .. 'execution:' .. id
  local now = redis.call('HMGET', key, 'turn', 'created', 'status', 'summary')
  local name = now[1] or ''
  if name ~= '' then redis.call('ZREM', PREFIX .. 'turns:' .. name, id) else name = id end
  local parts = {}
  for part in string.gmatch(name, '[^/]+') do
    if part == '..' then table.remove(parts) elseif part ~= '.' then parts[#parts + 1] = part end
  end
  local has_begun = now[3] ~= 'queued' and string.find(now[4], '"started_at":"', 1, true)
  local path, place = turn or table.concat(parts, '/'), string.format('%d%016d.%016.0f', has_begun and 0 or 1, 0, tonumber(now[2]))
  redis.call('HSET', key, 'turn', path, 'place', place)
  set_place('ZADD', path, place .. ' ' .. id)
  return path, place
end
