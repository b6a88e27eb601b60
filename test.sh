#!/usr/bin/env bash
# Builds everything and runs every test against real servers. Arguments go to the xUnit runner: ./test.sh -class '*Persona*'
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/prepare.sh

# Libraries, servers and checks of other platforms that tests use Gaia with, exactly as their lock files say.
install_packages redis nats postgres node chromium iproute
for folder in Gaia.Tests/Chat/Clients Gaia.Tests/Assets/S3 Gaia.Tests/Console/Accessibility; do
  installed=$folder/node_modules/.installed
  cmp -s "$folder/package-lock.json" "$installed" && continue
  say "Installing what $folder/package.json names (npm)"
  npm ci --prefix "$folder" --silent --no-audit --no-fund >&2 || stop "npm could not install it."
  cp "$folder/package-lock.json" "$installed"
done

# Tests start hundreds of processes, each for some seconds: most of their time goes into compiling themselves. So they start from native code, and what they
# run is compiled a second time only when it is called thousands of times (the number is hexadecimal).
build Gaia.sln -p:ReadyToRun=true
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=2000

# Children inherit this, so what a test left running can be found afterwards.
export GAIA_TEST_RUN="gaia-test-$$-$RANDOM"

# Colours are for people.
[ -t 1 ] || set -- -noColor "$@"

status=0
dotnet Gaia.Tests/bin/Release/net10.0/Gaia.Tests.dll "$@" || status=$?

# DCP ends a moment after the AppHost it ran for.
left_running() { grep -lzsx "GAIA_TEST_RUN=$GAIA_TEST_RUN" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 | grep -vx "$$" || true; }
for _ in $(seq 20); do [ -z "$(left_running)" ] && break; sleep 1; done

left=$(left_running)
for pid in $left; do
  [ -d "/proc/$pid" ] || continue
  say "Left running by a test: $pid $(tr '\0' ' ' < "/proc/$pid/cmdline")"
  kill -9 "$pid" || true
  status=1
done
exit $status
