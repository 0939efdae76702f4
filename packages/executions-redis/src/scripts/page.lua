-- A page of a log: its events after a seq, as seq, type, json, seq, … Before them: where an archived log ends, or '',
-- and its epoch.
-- KEYS[1]: the execution's hash, KEYS[2]: its log; ARGV: after, how many at most, after how many bytes no further one.
local from, limit, most = tonumber(ARGV[1]) + 1, tonumber(ARGV[2]), tonumber(ARGV[3])
local now = redis.call('HMGET', KEYS[1], 'archived', 'head', 'epoch')
local page = { now[1] and now[2] or '', now[3] or '' }
local count, bytes = 0, 0
while count < limit and bytes < most do
  -- A few first: they may be large, and all of these are in memory at once.
  local ask = math.min(limit - count, math.max(4, math.min(count, 256)))
  local entries = redis.call('XRANGE', KEYS[2], string.format('%d-0', from), '+', 'COUNT', ask)
  for _, entry in ipairs(entries) do
    if bytes >= most then break end
    local seq = string.match(entry[1], '^%d+')
    page[#page + 1], page[#page + 2], page[#page + 3] = seq, entry[2][2], entry[2][4]
    count, bytes, from = count + 1, bytes + #entry[2][4], tonumber(seq) + 1
  end
  if #entries < ask then break end
end
return page
