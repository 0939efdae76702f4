-- Whether an execution that has not ended has, or wants, a part of a folder. ARGV: its turn. 1: so it is.
return is_taken(ARGV[1]) and 1 or 0
