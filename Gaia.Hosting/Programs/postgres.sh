#!/bin/sh
# postgres.sh PORT FOLDER [OPTION...]: runs postgres on loopback, on a cluster that is made once. User and password come from $POSTGRES_USER and $POSTGRES_PASSWORD.
set -eu
umask 077
PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin 2>/dev/null | sort -V | tail -n 1)
port=$1 folder=$2
shift 2
cd "$folder"

# PostgreSQL refuses to run as root. It ends with this script, however that ends.
as=
command -v setpriv >/dev/null && as="setpriv --pdeathsig=KILL"
if [ "$(id -u)" = 0 ]; then
  as="$as --reuid=postgres --regid=postgres --init-groups"
  chown postgres: "$folder"
fi

# Held by the server as long as it lives: a new run waits for the last one's server to end.
exec 9>lock
command -v flock >/dev/null && flock 9

digest() { printf %s "$POSTGRES_PASSWORD" | if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }

if [ ! -d data ]; then
  # Renamed when complete, so that an interrupted initdb is not taken for a cluster.
  rm -rf unfinished
  printf %s "$POSTGRES_PASSWORD" > password
  [ "$(id -u)" != 0 ] || chown postgres: password
  case "$*" in *fsync=off*) sync=--no-sync ;; *) sync=--data-checksums ;; esac
  case "$(uname)" in Darwin) locale=en_US.UTF-8 ;; *) locale=C.UTF-8 ;; esac
  $as initdb -D "$folder/unfinished" -U "$POSTGRES_USER" --pwfile="$folder/password" --auth=scram-sha-256 --encoding=UTF8 --locale=$locale $sync
  rm password
  digest > unfinished/password.sha256
  mv unfinished data
fi

# The password belongs to the user's secrets and the cluster to a folder, so that either can outlive the other.
if [ "$(digest)" != "$(cat data/password.sha256 2>/dev/null)" ]; then
  user=$(printf %s "$POSTGRES_USER" | sed 's/"/""/g') password=$(printf %s "$POSTGRES_PASSWORD" | sed "s/'/''/g")
  printf '%s\n' "ALTER ROLE \"$user\" PASSWORD '$password'" | $as postgres --single -D "$folder/data" postgres > /dev/null
  digest > data/password.sha256
fi

$as postgres -D "$folder/data" -p "$port" -c listen_addresses=localhost -c unix_socket_directories= "$@" &
server=$!
# SIGINT disconnects the clients; SIGTERM would wait for the last of them to leave.
trap 'kill -INT $server' TERM INT
wait $server || wait $server
