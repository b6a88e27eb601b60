# Sourced by run.sh and test.sh: chooses the engine, finds or installs what it needs, builds what changed. Quick when all of it stands already.

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

command -v dotnet >/dev/null || stop "Gaia needs the .NET SDK 10 (the dotnet command): see https://dot.net/download"

# The same words stand in Directory.Build.props, which a build without these scripts goes by.
aspire_version=$(sed -n 's/.*<AspireVersion[^>]*>\([^<]*\)<.*/\1/p' Directory.Build.props)
aspire_sdk="${NUGET_PACKAGES:-$HOME/.nuget/packages}/aspire.apphost.sdk/$aspire_version"

has_container_engine() { docker info >/dev/null 2>&1 || podman info >/dev/null 2>&1; }

# Asks the feed for the genuine Aspire, at most once a day when it does not have it.
restore_aspire_sdk() {
  local asked=obj/aspire-$aspire_version-absent
  [ -d "$aspire_sdk" ] && return 0
  [ -n "$(find "$asked" -mtime -1 2>/dev/null)" ] && return 1
  mkdir -p obj/aspire-probe
  cat > obj/aspire-probe/probe.csproj <<PROBE
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="Aspire.AppHost.Sdk" Version="[$aspire_version]" /></ItemGroup>
</Project>
PROBE
  dotnet restore obj/aspire-probe/probe.csproj >/dev/null 2>&1 || { touch "$asked"; return 1; }
}

# An environment variable is an MSBuild property: this one decides for every build below.
if [ -z "${UseAspire:-}" ]; then
  if has_container_engine && restore_aspire_sdk; then UseAspire=true; else UseAspire=false; fi
fi
export UseAspire

find_postgres() {
  command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb /opt/homebrew/opt/postgresql*/bin/initdb /usr/local/opt/postgresql*/bin/initdb 2>/dev/null | sort -V | tail -n 1 | grep .
}

has() {
  case $1 in
    redis) command -v redis-server ;;
    nats) command -v nats-server || ls /usr/sbin/nats-server ;;
    postgres) find_postgres ;;
    node) command -v node && command -v npm ;;
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
      case $name in redis) debian+=(redis-server) ;; nats) debian+=(nats-server) ;; postgres) debian+=(postgresql) ;; node) debian+=(nodejs npm) ;; esac
    done
    say "Installing ${debian[*]} (apt)"
    local log; log=$(mktemp)
    { "${root[@]}" apt-get update && "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${debian[@]}"; } >"$log" 2>&1 \
      || stop "apt-get could not install ${debian[*]}: $(grep -m 1 '^E:' "$log" || tail -n 1 "$log")"
    rm -f "$log"
  elif command -v brew >/dev/null; then
    local brewed=()
    for name in "${missing[@]}"; do
      case $name in redis) brewed+=(redis) ;; nats) brewed+=(nats-server) ;; postgres) brewed+=(postgresql@17) ;; node) brewed+=(node) ;; esac
    done
    say "Installing ${brewed[*]} (brew)"
    brew install --quiet "${brewed[@]}" >/dev/null || stop "brew could not install ${brewed[*]}"
  else
    stop "Missing: ${missing[*]}. Install them, or for running Gaia a container engine and the Aspire packages."
  fi
}

[ "$UseAspire" = true ] || install_packages redis nats postgres

# build PROJECT...: builds in Release when a source is newer than the last build, or the engine is another.
build() {
  local stamp=obj/built-$(printf '%s' "$*" | tr -c '[:alnum:]' -)-$UseAspire
  if [ -e "$stamp" ] && [ -z "$(find . -newer "$stamp" -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.targets' -o -name '*.json' \) \
      -not -path '*/obj/*' -not -path '*/bin/*' -not -path '*/node_modules/*' -print -quit)" ]; then
    return
  fi
  say "Building"
  mkdir -p obj
  touch "$stamp.started"
  for project in "$@"; do
    dotnet build "$project" -c Release -v quiet --nologo >&2 || { rm -f "$stamp"; stop "The build failed."; }
  done
  mv "$stamp.started" "$stamp"
}
