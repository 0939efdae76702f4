-- The runs of each level, the newest first, one a line: a reply of few long texts is read far faster than one of many
-- short ones. KEYS: the lists of the levels; what is no list is as one without runs.
local found = {}
for i, key in ipairs(KEYS) do
  local runs = redis.pcall('LRANGE', key, 0, -1)
  found[i] = runs.err and '' or table.concat(runs, '\n')
end
return found
