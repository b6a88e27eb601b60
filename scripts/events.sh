# Sourced by run.sh: reads and replays the events of a running Gaia. Needs curl, and an administrator's API key in GAIA_API_KEY.

events_usage() {
  stop "Usage: ./run.sh events tail|list [--from TIME] [--type TYPE]
       ./run.sh events replay --group GROUP [--from TIME] [--type TYPE] [--dry-run]
       ./run.sh events dead list
       ./run.sh events dead retry ID"
}

# events_curl METHOD PATH [OPTION...]: fails with what Gaia answered.
events_curl() {
  # The key by standard input, as everybody may see the arguments of a process.
  printf 'header = "X-API-Key: %s"\n' "$GAIA_API_KEY" |
    curl --config - --silent --show-error --no-buffer --fail-with-body -X "$1" "${@:3}" "${GAIA_URL:-http://localhost:${GATEWAY_PORT:-8666}}/api/v1/admin/events$2"
}

# A day is midnight in UTC.
events_time() {
  case $1 in
    ????-??-??) printf '%sT00:00:00Z' "$1" ;;
    *) printf '%s' "$1" ;;
  esac
}

events_main() {
  local action=${1:-} from='' group='' type='*' dry=false
  [ -n "$action" ] || events_usage
  shift
  GAIA_API_KEY=${GAIA_API_KEY:-${GAIA_DEV_API_KEY:-}}
  [ -n "$GAIA_API_KEY" ] || stop "GAIA_API_KEY is missing: expected an administrator's API key."
  case $action in
    dead)
      case ${1:-} in
        list) events_curl GET /dead && echo ;;
        retry) [ -n "${2:-}" ] || events_usage; events_curl POST "/dead/$2/retry" && echo ;;
        *) events_usage ;;
      esac
      return ;;
    tail | list | replay) ;;
    *) events_usage ;;
  esac

  while [ $# -gt 0 ]; do
    case $1 in
      --dry-run) dry=true; shift; continue ;;
      --from) from=$(events_time "${2:-}") ;;
      --group) group=${2:-} ;;
      --type) type=${2:-} ;;
      *) events_usage ;;
    esac
    [ $# -ge 2 ] || events_usage
    shift 2
  done

  case $action in
    tail) events_curl GET "" --get --data-urlencode "type=$type" ${from:+--data-urlencode "from=$from"} | events_data ;;
    list)
      local start=(--data-urlencode after=0)
      [ -z "$from" ] || start=(--data-urlencode "from=$from")
      events_curl GET "" --get --data follow=false --data-urlencode "type=$type" "${start[@]}" | events_data ;;
    replay)
      [ -n "$group" ] || events_usage
      case "$group$from$type" in *[\"\\]*) events_usage ;; esac
      events_curl POST /replays -H 'Content-Type: application/json' \
        -d "{\"group\":\"$group\",\"type\":\"$type\",\"dry_run\":$dry${from:+,\"from\":\"$from\"}}" && echo ;;
  esac
}

# The events of a stream, one on a line; what is no stream is an error of Gaia's.
events_data() { sed -un -e '/^data: /{s///p;d;}' -e '/^{/p'; }
