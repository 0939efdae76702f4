# Runs a Redis server, and ends it when the process that started this has ended, however that came about.
# $SERVER, $CONFIG: the server and its configuration; $SECONDS_ALONE: see below; standard input: "stop", or its end when
# that process is gone. All but these lines is the command line of a shell, so it has no word that tasks end processes by.
exec 3<&0
"$SERVER" "$CONFIG" 3<&- &
server=$!
(
  read -r word <&3
  # Without a word the services are on their own, and still write down what they leave: they get so many seconds.
  seconds=0
  while [ "$word" != stop ] && [ "$seconds" -lt "$SECONDS_ALONE" ] && kill -0 "$server" 2>/dev/null; do
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
