#!/bin/sh
# nats.sh PORT FOLDER [OPTION...]: runs nats-server with JetStream on loopback. User and password come from $NATS_USER and $NATS_PASSWORD.
# A NATS of several regions also has $NATS_DOMAIN, the domain of its JetStream, and either $NATS_LEAF_PORT, where leaf nodes connect, with the address that they are
# told in $NATS_LEAF_ADDRESS, or $NATS_HOME, the address of the server that it is a leaf node of.
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
jetstream { store_dir: "$folder"${NATS_DOMAIN:+, domain: $NATS_DOMAIN} }
END
if [ -n "${NATS_LEAF_PORT:-}" ]; then
  echo "leafnodes { listen: \"127.0.0.1:$NATS_LEAF_PORT\", advertise: \"$NATS_LEAF_ADDRESS\" }" >> nats.conf
elif [ -n "${NATS_HOME:-}" ]; then
  echo "leafnodes { reconnect: 1, remotes: [ { url: \"$NATS_HOME\" } ] }" >> nats.conf
fi
exec nats-server -c nats.conf "$@"
