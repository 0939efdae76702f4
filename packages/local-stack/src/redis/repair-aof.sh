# Cuts a damaged end off the newest append-only file of a Redis that does not run, as a power cut leaves it: zeros,
# garbage or half a command behind the last whole write. The original stays beside it, with the date in its name.
# $1: the folder of Redis' data; $2: redis-check-aof or valkey-check-aof.
# Prints a sentence for each repair. Ends with 1, and has changed nothing, when whole commands follow the damage: then it
# is not only the end, and cutting would lose what was acknowledged.
set -eu
export LC_ALL=C
folder=$1
checker=$2
now=$(date -u +%Y%m%dT%H%M%SZ)
cr=$(printf '\r')
manifest=$folder/appendonlydir/appendonly.aof.manifest

# The original gets another name, and the repaired copy ($2) its place in one step.
replace() {
  kept=$1.damaged-$now
  sync "$2" 2>/dev/null || sync
  ln "$1" "$kept" 2>/dev/null || cp -p "$1" "$kept"
  mv -f "$2" "$1"
}

# A manifest that can't be read is made again where the files leave one possibility only.
repair_manifest() {
  [ -e "$manifest" ] || [ -n "$(ls "$folder/appendonlydir" 2>/dev/null)" ] || return 0
  [ -d "$folder/appendonlydir" ] || return 0
  if [ -s "$manifest" ] && [ "$(tr -d '\000' <"$manifest" | wc -c)" -eq "$(wc -c <"$manifest")" ] &&
    ! grep -avq '^file [^ ][^ ]* seq [0-9][0-9]* type [bhi]$' "$manifest"; then
    return 0
  fi
  cd "$folder/appendonlydir"
  bases=$(ls | grep -E '^appendonly\.aof\.[0-9]+\.base\.(rdb|aof)$' || true)
  increments=$(ls | grep -E '^appendonly\.aof\.[0-9]+\.incr\.aof$' | sort -t. -k3,3n || true)
  cd "$OLDPWD"
  # Nothing was ever written: Redis begins anew.
  [ -n "$bases$increments" ] || [ -s "$manifest" ] || return 0
  previous=
  for name in $increments; do
    seq=$(echo "$name" | cut -d. -f3)
    [ -z "$previous" ] || [ "$seq" -eq $((previous + 1)) ] || bases=
    previous=$seq
  done
  if [ "$(echo "$bases" | wc -w)" -ne 1 ]; then
    echo "$manifest can't be read, and the files beside it leave more than one possibility: restore a backup of them."
    exit 1
  fi
  copy=$manifest.repaired
  echo "file $bases seq $(echo "$bases" | cut -d. -f3) type b" >"$copy"
  for name in $increments; do
    echo "file $name seq $(echo "$name" | cut -d. -f3) type i" >>"$copy"
  done
  [ -e "$manifest" ] || : >"$manifest"
  replace "$manifest" "$copy"
  echo "$manifest could not be read and was made again from the files beside it; the original is $kept."
}

# Up to which byte a file consists of whole commands.
whole_up_to() {
  ("$checker" "$1" 2>/dev/null || true) | sed -n 's/.* ok_up_to=\([0-9]*\).*/\1/p' | tail -n 1
}

# True when a whole command begins somewhere behind the first byte of standard input.
has_commands() {
  tail -c +2 | grep -a -A1 "\*[0-9][0-9]*$cr\$" | grep -aq "^\\\$[0-9][0-9]*$cr\$"
}

repair_file() {
  file=$1
  [ -s "$file" ] || return 0
  if "$checker" "$file" >/dev/null 2>&1; then return 0; fi
  good=$(whole_up_to "$file")
  # Not an answer of a checker: Redis says itself what is wrong.
  [ -n "$good" ] || return 0
  size=$(wc -c <"$file")
  damage=$good
  # A transaction that has no end is whole up to where its last command is damaged.
  if [ "$(tail -c +$((good + 1)) "$file" | head -c 15 | tr -d '\r\n' | tr '[:lower:]' '[:upper:]')" = '*1$5MULTI' ]; then
    tail -c +$((good + 16)) "$file" >"$file.rest"
    inside=$(whole_up_to "$file.rest")
    damage=$((good + 15 + ${inside:-0}))
    rm -f "$file.rest"
  fi
  if tail -c +$((damage + 1)) "$file" | has_commands; then
    echo "$file is damaged in the middle, at byte $damage: cutting it there would lose $((size - good)) of $size bytes, with commands that were acknowledged. Nothing was changed. Restore a backup, or accept the loss with: $checker --fix $file"
    exit 1
  fi
  head -c "$good" "$file" >"$file.repaired"
  replace "$file" "$file.repaired"
  echo "$file had a damaged end, as a power cut leaves it: $((size - good)) bytes behind the last whole write were dropped; the original is $kept."
}

# Without a checker nothing is looked at: Redis says itself what it can't read.
[ -x "$checker" ] || exit 0
repair_manifest
if [ -s "$manifest" ]; then
  newest=$(sed -n 's/^file \([^ ]*\) seq [0-9]* type i$/\1/p' "$manifest" | tail -n 1)
  [ -z "$newest" ] || repair_file "$folder/appendonlydir/$newest"
elif [ -e "$folder/appendonly.aof" ]; then
  repair_file "$folder/appendonly.aof"
fi
