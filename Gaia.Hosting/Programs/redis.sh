#!/bin/sh
# redis.sh PORT FOLDER [OPTION...]: runs redis-server on loopback. The password comes from $REDIS_PASSWORD, so that no command line shows it.
set -eu
umask 077
port=$1 folder=$2
shift 2
cd "$folder"

# Held by the server as long as it lives: a new run waits for the last one's server to end.
exec 9>lock
command -v flock >/dev/null && flock 9

exec redis-server - "$@" <<END
bind 127.0.0.1 -::1
port $port
dir "$folder"
requirepass "$REDIS_PASSWORD"
appendonly yes
END
