# Sourced by run.sh: makes a region that has followed another the new home (docs/regions.md).

regions_usage() {
  stop "Usage: DATABASE_URL=postgres://… NATS_URL=nats://… ./run.sh regions promote REGION [--lose N]"
}

regions_main() {
  [ "${1:-}" = promote ] && [ -n "${2:-}" ] || regions_usage
  [ -n "${DATABASE_URL:-}" ] && [ -n "${NATS_URL:-}" ] || regions_usage
  export HOME_REGION=$2 GAIA_REGION=$2

  # Neither is used here, and no service starts without.
  export REDIS_URL=${REDIS_URL:-redis://localhost} IDENTITY_KEY=${IDENTITY_KEY:-not-used-by-this-command-0123456789}

  local services=(Auth Chat Asset) service
  for service in "${services[@]}"; do build "Gaia.$service"; done

  # All are compared before the first is promoted.
  for service in "${services[@]}"; do regions_run "$service" promote --check "${@:3}"; done
  for service in "${services[@]}"; do regions_run "$service" promote "${@:3}"; done
}

regions_run() { dotnet "Gaia.$1/bin/Release/net10.0/Gaia.$1.dll" "${@:2}" || exit; }
