#!/usr/bin/env bash
# Builds everything and runs every test against real servers. Arguments go to the xUnit runner: ./test.sh -class '*Persona*'
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/prepare.sh

build Gaia.sln

# Children inherit this, so what a test left running can be found afterwards.
export GAIA_TEST_RUN="gaia-test-$$-$RANDOM"

# Colours are for people.
[ -t 1 ] || set -- -noColor "$@"

status=0
dotnet Gaia.Tests/bin/Release/net10.0/Gaia.Tests.dll "$@" || status=$?

left=$(grep -lzsx "GAIA_TEST_RUN=$GAIA_TEST_RUN" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 | grep -vx "$$" || true)
for pid in $left; do
  [ -d "/proc/$pid" ] || continue
  say "Left running by a test: $pid $(tr '\0' ' ' < "/proc/$pid/cmdline")"
  kill -9 "$pid" || true
  status=1
done
exit $status
