-- Whether the execution ARGV[2] may make an attempt: 0, or the time at which to ask again.
if not is_open or due == -1 or probe == ARGV[2] then return '0' end
if due > now then return string.format('%.0f', due) end
let_try(ARGV[2])
return '0'
