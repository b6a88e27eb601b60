#!/usr/bin/env bash
# Runs the containers of this repository where neither a container engine nor an image registry is: Podman and base images come from Debian packages.
#   scripts/containers.sh build        the base images, named as the Dockerfile and docker-compose.yml name theirs, and the images of the services
#   scripts/containers.sh podman ps    Podman with these images, containers and volumes, which lie in obj/containers
#   scripts/containers.sh run PROGRAM  a program that finds this Podman, such as the AppHost
#   scripts/containers.sh remove       removes everything that was made
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/prepare.sh
. scripts/containers/roots.sh

# Containers with users of their own need root.
[ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && exec sudo -E env "PATH=$PATH" "HOME=$HOME" bash "$PWD/scripts/containers.sh" "$@"; } || stop "Run scripts/containers.sh as root or with sudo."

home=$PWD/obj/containers
tools=$home/tools
libraries=$(uname -m)-linux-gnu

# Unpacked and not installed: an installed engine would be found by ./run.sh, which then runs Redis, PostgreSQL and NATS as containers, from a registry.
unpack_tools() {
  [ -e "$tools/.complete" ] && return
  command -v apt-get >/dev/null || stop "scripts/containers.sh needs Debian's packages (apt-get)."
  say "Unpacking Podman (apt)"
  rm -rf "$tools"
  mkdir -p "$tools/packages/partial"
  local log=$home/apt.log
  {
    apt-get update
    apt-get install -y --no-install-recommends --download-only -o DPkg::Lock::Timeout=120 -o APT::Sandbox::User=root -o "Dir::Cache::Archives=$tools/packages" \
      podman runc netavark aardvark-dns iptables busybox-static patchelf
    for package in "$tools"/packages/*.deb; do dpkg -x "$package" "$tools"; done
    # Podman starts itself when a container ends, and then iptables, with an environment that knows none of these libraries.
    for command in iptables ip6tables; do
      rm -f "$tools/usr/sbin/$command"
      printf '#!/bin/sh\nLD_LIBRARY_PATH=%s XTABLES_LIBDIR=%s exec %s %s "$@"\n' "$tools/usr/lib/$libraries" "$tools/usr/lib/$libraries/xtables:/usr/lib/$libraries/xtables" \
        "$tools/usr/sbin/xtables-nft-multi" "$command" > "$tools/usr/sbin/$command"
      chmod +x "$tools/usr/sbin/$command"
    done
    [ ! -e "$tools/usr/bin/podman" ] || "$tools/usr/bin/patchelf" --set-rpath "$tools/usr/lib/$libraries:$tools/lib/$libraries" "$tools/usr/bin/podman"
  } >"$log" 2>&1 || stop "Podman could not be unpacked: $(grep -m 1 '^E:' "$log" || tail -n 1 "$log")"
  rm -rf "$tools/packages"
  touch "$tools/.complete"
}

# Podman's own files in a folder of their own, and what systemd does elsewhere left out: there may be none.
configure() {
  export PATH=$tools/usr/local/bin:$tools/usr/sbin:$tools/usr/bin:$tools/sbin:$tools/bin:$PATH
  export LD_LIBRARY_PATH=$tools/usr/lib/$libraries:$tools/lib/$libraries
  export CONTAINERS_CONF=$home/containers.conf CONTAINERS_STORAGE_CONF=$home/storage.conf CONTAINERS_REGISTRIES_CONF=$home/registries.conf
  export BUILDAH_FORMAT=docker DISABLE_HC_SYSTEMD=true
  nuget_packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
  export HOME=$home/user
  [ -e "$home/.configured" ] && return

  mkdir -p "$HOME/.config/containers"
  echo '{ "default": [{ "type": "insecureAcceptAnything" }] }' > "$HOME/.config/containers/policy.json"
  echo 'unqualified-search-registries = ["docker.io"]' > "$CONTAINERS_REGISTRIES_CONF"
  printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\nrunroot = "%s"\n' "$home/storage" "$home/run" > "$CONTAINERS_STORAGE_CONF"
  cat > "$CONTAINERS_CONF" <<END
[containers]
# Its own defaults are more than a root without CAP_SYS_RESOURCE may give.
default_ulimits = ["nofile=20000:20000", "nproc=30000:30000"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
conmon_path = ["$tools/usr/bin/conmon", "/usr/bin/conmon"]
helper_binaries_dir = ["$tools/usr/lib/podman", "/usr/lib/podman"]
[engine.runtimes]
runc = ["$tools/usr/sbin/runc", "/usr/sbin/runc"]
[network]
network_backend = "netavark"
network_config_dir = "$home/networks"
END
  touch "$home/.configured"
}

# The names that the Dockerfile and docker-compose.yml use, and those of the AppHost.
build_base_images() {
  local made; made=$(cat scripts/containers/roots.sh; dotnet --list-runtimes)
  if [ "$made" != "$(cat "$home/roots.made" 2>/dev/null)" ]; then
    make_roots "$home/roots"
    local root
    for root in runtime servers; do tar -C "$home/roots/$root" --create . | podman import --quiet - "localhost/gaia-$root" >/dev/null; done
    rm -rf "$home/roots"
    printf '%s' "$made" > "$home/roots.made"
  fi

  local target name
  while read -r target name; do
    podman build --quiet --file scripts/containers/Dockerfile --target "$target" --tag "$name" scripts/containers >/dev/null
  done <<END
sdk mcr.microsoft.com/dotnet/sdk:10.0-alpine
aspnet mcr.microsoft.com/dotnet/aspnet:10.0-alpine
redis docker.io/library/redis:7-alpine
postgres docker.io/library/postgres:17-alpine
nats docker.io/library/nats:2-alpine
redis docker.io/library/redis:8.6
postgres docker.io/library/postgres:18.3
nats docker.io/library/nats:2.12
END
}

# By the names that Docker Compose gives them, with the SDK and the packages of this machine, which the build may add to for itself only.
build_services() {
  local sdk; sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
  local build=(podman build --network host -v "$sdk:/usr/share/dotnet:ro" -v "$nuget_packages:/root/.nuget/packages:O") service
  # With a name of its own, so that it is not removed with what nothing needs any more.
  "${build[@]}" --target build --tag gaia-build .
  for service in $(sed -n 's/.*SERVICE: Gaia\.\([A-Za-z]*\) .*/\1/p' docker-compose.yml); do
    "${build[@]}" --build-arg "SERVICE=Gaia.$service" --tag "gaia-${service,,}" .
  done
  podman image prune --force
}

unpack_tools
configure
case ${1:-} in
  build)
    build_base_images
    build_services ;;
  podman) exec podman "${@:2}" ;;
  run) exec "${@:2}" ;;
  remove)
    podman system reset --force
    rm -rf "$home" ;;
  *) stop "Usage: scripts/containers.sh build|remove, or scripts/containers.sh podman|run ARGUMENT..." ;;
esac
