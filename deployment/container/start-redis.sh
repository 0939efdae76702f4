#!/bin/sh
# Starts Redis in its container: first what a power cut has left at the end of its file is cut off.
set -eu
/bin/sh /usr/local/lib/cc-executor/repair-aof.sh /data "$(command -v redis-check-aof || command -v valkey-check-aof || echo none)"
# The services may do all but remove everything, end it or change how it works; without their password a client may see
# that Redis answers, and how it is set. Nobody can be the default user, but it keeps all permissions: Redis reads its own
# file as that one, and leaves out each transaction that it may not make.
umask 077
hash=$(printf %s "$(cat /access/password)" | sha256sum | cut -d ' ' -f 1)
cat >/data/users.acl <<USERS
user default off ~* &* +@all
user health on nopass resetkeys resetchannels -@all +ping +config|get
user services on #$hash ~* &* +@all -@dangerous +info +client +config|get
USERS
exec redis-server --aclfile /data/users.acl --protected-mode no "$@"
