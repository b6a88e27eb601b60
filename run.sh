#!/usr/bin/env bash
# Runs Gaia: finds or installs what it needs, builds what changed, starts the graph. Ctrl-C stops it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/prepare.sh

build Gaia.AppHost

if [ "$UseAspire" = true ]; then
  exec dotnet run --no-build -c Release --project Gaia.AppHost -- "$@"
fi
exec dotnet Gaia.AppHost/bin/Release/net10.0/Gaia.AppHost.dll "$@"
