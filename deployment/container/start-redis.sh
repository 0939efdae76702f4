#!/bin/sh
# Starts Redis in its container: first what a power cut has left at the end of its file is cut off.
set -eu
/bin/sh /usr/local/lib/cc-executor/repair-aof.sh /data "$(command -v redis-check-aof || command -v valkey-check-aof || echo none)"
exec redis-server "$@"
