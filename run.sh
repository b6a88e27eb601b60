#!/usr/bin/env bash
# Runs Gaia: finds or installs what it needs, builds what changed, starts the graph. Ctrl-C stops it.
# ./run.sh publish fly dev writes the files that deploy it to Fly.io instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/prepare.sh

# What is set already wins over .env, which is read as docker compose reads it: a name and a value in each line, nothing expanded.
while IFS='=' read -r name value || [ -n "$name" ]; do
  [[ $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] && [ -z "${!name+set}" ] && export "$name=$value"
done < <([ ! -f .env ] || tr -d '\r' < .env)

if [ "${1:-}" = publish ]; then
  build Gaia.AppHost Gaia.Publishing
  publisher=Gaia.Publishing/bin/Release/net10.0/Gaia.Publishing.dll
  case "${2:-}" in
    fly)
      folder=$(mktemp -d)
      trap 'rm -rf "$folder"' EXIT
      dotnet Gaia.AppHost/bin/Release/net10.0/Gaia.AppHost.dll --publisher manifest --output-path "$folder/manifest.json" >/dev/null
      dotnet $publisher fly "$folder/manifest.json" . "${@:3}" ;;
    configuration) dotnet $publisher configuration . ;;
    *) dotnet $publisher ;;
  esac
  exit
fi

build Gaia.AppHost

if [ "$UseAspire" = true ]; then
  exec dotnet run --no-build -c Release --project Gaia.AppHost -- "$@"
fi
exec dotnet Gaia.AppHost/bin/Release/net10.0/Gaia.AppHost.dll "$@"
