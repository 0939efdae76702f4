#!/bin/sh
# Runs as root, once, before the services: the ordinary user must be able to write in the mounted folders.
# A fresh one becomes its own; one that belongs to somebody else is left alone and told.
set -eu

user=$(id -u cc-executor):$(id -g cc-executor)
wanted=$CC_EXECUTOR_UID:$CC_EXECUTOR_GID

if [ "$CC_EXECUTOR_UID" = 0 ]; then
  echo "CC_EXECUTOR_UID is 0, but agents refuse to run as root: set it to the number of an ordinary user." >&2
  exit 1
fi
if [ "$user" != "$wanted" ]; then
  echo "The images were built for the user $user, and the settings say $wanted: run 'docker compose build'." >&2
  exit 1
fi

for folder in /data /workspaces /host/.claude /home/cc-executor/.claude /keys /signing; do
  [ -d "$folder" ] || continue
  if setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups test -w "$folder"; then
    continue
  fi
  owner=$(stat -c %u:%g "$folder")
  if [ -n "$(ls -A "$folder")" ]; then
    echo "$folder belongs to $owner, and the services run as $user: set CC_EXECUTOR_UID and CC_EXECUTOR_GID" \
      "to its owner's numbers and run 'docker compose build', or change its owner." >&2
    exit 1
  fi
  chown "$user" "$folder"
done

# The password of Redis: the services read it as its owner, Redis as its group (999, the account of its image).
if [ -d /access ]; then
  if [ ! -s /access/password ]; then
    umask 077
    head -c 32 /dev/urandom | sha256sum | cut -d ' ' -f 1 >/access/password.new
    chmod 0440 /access/password.new
    mv /access/password.new /access/password
    chmod 0750 /access
  fi
  chown "${user%:*}:999" /access/password /access
fi
