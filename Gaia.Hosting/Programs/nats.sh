#!/bin/sh
# nats.sh PORT FOLDER [OPTION...]: runs nats-server with JetStream on loopback. User and password come from $NATS_USER and $NATS_PASSWORD.
set -eu
umask 077
PATH=$PATH:/usr/sbin
port=$1 folder=$2
shift 2
cd "$folder"

# Held by the server as long as it lives: a new run waits for the last one's server to end.
exec 9>lock
command -v flock >/dev/null && flock 9

cat > nats.conf <<END
listen: "127.0.0.1:$port"
authorization { user: "$NATS_USER", password: "$NATS_PASSWORD" }
jetstream { store_dir: "$folder" }
END
exec nats-server -c nats.conf "$@"
