-- Keeps a folder free for longer. ARGV: id, its turn, the restore's token, for how many ms. 0: it is too late.
local time = math.floor(now_us() / 1000)
local member = ARGV[3] .. ' ' .. ARGV[2]
local until_ms = redis.call('ZSCORE', PREFIX .. 'restores', member)
if not until_ms or tonumber(until_ms) <= time then return 0 end
redis.call('ZADD', PREFIX .. 'restores', string.format('%.0f', time + tonumber(ARGV[4])), member)
return 1
