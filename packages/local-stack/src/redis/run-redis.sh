# Runs a Redis server, and ends it when the process that started this has ended, however that came about.
# $1: the server; $2: its configuration; $3: seconds, see below; standard input: "stop", or its end when that process is gone.
exec 3<&0
"$1" "$2" 3<&- &
server=$!
(
  read -r word <&3
  # Without a word the services are on their own, and still write down what they leave: they get $3 seconds.
  seconds=0
  while [ "$word" != stop ] && [ "$seconds" -lt "$3" ] && kill -0 "$server" 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
  done
  kill -TERM "$server" 2>/dev/null
) &
watcher=$!
wait "$server"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
