-- A page of the feed: its head, its epoch ('' where it has none), and its entries after a position.
-- KEYS[1]: its hash, KEYS[2]: its stream; ARGV: after, how many at most.
local now = redis.call('HMGET', KEYS[1], 'head', 'epoch')
local page = { now[1] or '0', now[2] or '' }
local after = string.format('%d-0', tonumber(ARGV[1]) + 1)
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], after, '+', 'COUNT', ARGV[2])) do
  page[#page + 1], page[#page + 2] = string.match(entry[1], '^%d+'), entry[2][2]
end
return page
