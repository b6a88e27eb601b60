#!/usr/bin/env bash
# Runs Gaia: finds or installs what it needs, builds what changed, starts the graph. Ctrl-C stops it.
# ./run.sh publish fly dev writes the files that deploy it to Fly.io instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/prepare.sh

if [ "${1:-}" = publish ]; then
  shift
  build Gaia.AppHost Gaia.Publishing
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  manifest=$folder/manifest.json
  [ "${1:-}" != fly ] || dotnet Gaia.AppHost/bin/Release/net10.0/Gaia.AppHost.dll --publisher manifest --output-path "$manifest" >/dev/null
  dotnet Gaia.Publishing/bin/Release/net10.0/Gaia.Publishing.dll "${1:-}" "$manifest" . "${@:2}"
  exit
fi

build Gaia.AppHost

if [ "$UseAspire" = true ]; then
  exec dotnet run --no-build -c Release --project Gaia.AppHost -- "$@"
fi
exec dotnet Gaia.AppHost/bin/Release/net10.0/Gaia.AppHost.dll "$@"
