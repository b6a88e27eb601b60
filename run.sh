#!/usr/bin/env bash
# Runs Gaia: finds or installs what it needs, builds what changed, starts the graph. Ctrl-C stops it.
# ./run.sh publish fly dev writes the files that deploy it to Fly.io instead; ./run.sh events tail shows what happens in a running one;
# ./run.sh regions promote fra makes a region that follows another the new home.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/prepare.sh

# What is set already wins over .env.
. scripts/dotenv.sh
load_env .env

if [ "${1:-}" = events ]; then
  . scripts/events.sh
  events_main "${@:2}"
  exit
fi

if [ "${1:-}" = regions ]; then
  . scripts/regions.sh
  regions_main "${@:2}"
  exit
fi

check_env_hosts || exit 1

# CI has analyzed what stands in a fresh clone: its first start does not wait for that.
compgen -G 'obj/built-*' >/dev/null || first_build=-p:RunAnalyzers=false
build Gaia.AppHost
apphost=Gaia.AppHost/bin/Release/net10.0/Gaia.AppHost.dll

# Loads the AppHost's user secrets, as "dotnet run" would: that is where generated passwords are kept.
export DOTNET_ENVIRONMENT=Development

if [ "${1:-}" = publish ]; then
  case "${2:-}" in
    fly)
      # ./run.sh publish fly dev --region fra: what "aspire publish -- --Fly:Environment dev --Fly:Region fra" does, into this folder.
      settings=(--Fly:Environment "${3:-dev}")
      for word in "${@:4}"; do settings+=("${word/#--/--Fly:}"); done
      exec dotnet $apphost --operation publish --step publish-fly --output-path . "${settings[@]}" ;;
    configuration)
      build Gaia.Publishing
      exec dotnet Gaia.Publishing/bin/Release/net10.0/Gaia.Publishing.dll configuration . ;;
    *) stop "Usage: ./run.sh publish fly ENVIRONMENT [--region CODE | --regions HOME,CODE] [--redis URL] [--nats 1|3], or ./run.sh publish configuration" ;;
  esac
fi

[ "${GAIA_SERVERS:-}" = containers ] || { [ -z "${GAIA_SERVERS:-}" ] && has_container_engine; } || install_packages redis nats postgres
exec dotnet $apphost "$@"
