-- Removes outbox entries that were carried to the queue, unless they were written again meanwhile.
-- KEYS[1]: the outbox; ARGV: (member, score) pairs.
for i = 1, #ARGV, 2 do
  if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i])) == tonumber(ARGV[i + 1]) then
    redis.call('ZREM', KEYS[1], ARGV[i])
  end
end
