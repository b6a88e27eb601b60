# Sourced by run.sh and test.sh: finds or installs what they need, builds what changed. Quick when all of it stands already.

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

command -v dotnet >/dev/null || stop "Gaia needs the .NET SDK 10 (the dotnet command): see https://dot.net/download"

has_container_engine() { docker info >/dev/null 2>&1 || podman info >/dev/null 2>&1; }

find_postgres() {
  command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb /usr/local/opt/postgresql*/bin/initdb 2>/dev/null | sort -V | tail -n 1 | grep .
}

has() {
  case $1 in
    redis) command -v redis-server ;;
    nats) command -v nats-server || ls /usr/sbin/nats-server ;;
    postgres) find_postgres ;;
    node) command -v node && command -v npm ;;
    chromium) command -v chromium ;;
    iproute) command -v ip ;;
  esac >/dev/null 2>&1
}

# install_packages NAME...: those of them that are missing.
install_packages() {
  local missing=() name
  for name in "$@"; do has "$name" || missing+=("$name"); done
  [ ${#missing[@]} -eq 0 ] && return

  if command -v apt-get >/dev/null; then
    local root=()
    [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && root=(sudo); } || stop "Missing: ${missing[*]}. Install them, or run once as root or with sudo."
    local debian=()
    for name in "${missing[@]}"; do
      case $name in redis) debian+=(redis-server) ;; nats) debian+=(nats-server) ;; postgres) debian+=(postgresql) ;; node) debian+=(nodejs npm) ;; chromium) debian+=(chromium) ;; iproute) debian+=(iproute2) ;; esac
    done
    say "Installing ${debian[*]} (apt)"
    local log; log=$(mktemp)
    { "${root[@]}" apt-get update && "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${debian[@]}"; } >"$log" 2>&1 \
      || stop "apt-get could not install ${debian[*]}: $(grep -m 1 '^E:' "$log" || tail -n 1 "$log")"
    rm -f "$log"
  elif command -v brew >/dev/null; then
    local brewed=()
    for name in "${missing[@]}"; do
      case $name in redis) brewed+=(redis) ;; nats) brewed+=(nats-server) ;; postgres) brewed+=(postgresql@17) ;; node) brewed+=(node) ;; chromium) brewed+=(chromium) ;; esac
    done
    say "Installing ${brewed[*]} (brew)"
    brew install --quiet "${brewed[@]}" >/dev/null || stop "brew could not install ${brewed[*]}"
  else
    stop "Missing: ${missing[*]}. Install them, or start a container engine."
  fi
}

# build PROJECT [OPTION...]: builds in Release when a source is newer than the last build; with the option in $first_build as well.
build() {
  local stamp=obj/built-$(printf '%s' "$*" | tr -c '[:alnum:]' -)
  if [ -e "$stamp" ] && [ -z "$(find . -newer "$stamp" -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.json' -o -name '*.sh' \) \
      -not -path '*/obj/*' -not -path '*/bin/*' -not -path '*/node_modules/*' -print -quit)" ]; then
    return
  fi
  say "Building"
  mkdir -p obj
  touch "$stamp.started"
  dotnet build "$@" ${first_build:-} -c Release -v quiet --nologo >&2 || { rm -f "$stamp"; stop "The build failed."; }
  mv "$stamp.started" "$stamp"
}
