# Sourced by containers.sh: root file systems for base images, from the packages and the .NET runtime that are installed on this machine.

# make_roots FOLDER: "runtime" runs .NET as Alpine's image does, with BusyBox and no ICU; "servers" also has Redis, PostgreSQL and NATS.
make_roots() {
  install_packages redis nats postgres
  say "Making root file systems"
  rm -rf "$1"
  make_root "$1/runtime" /etc/ssl/certs/ca-certificates.crt $(files_of libc6 libgcc-s1 libstdc++6 libssl3 zlib1g)
  add_dotnet "$1/runtime/usr/share/dotnet"

  local postgres; postgres=$(dirname "$(readlink -f "$(find_postgres)")")
  make_root "$1/servers" /usr/bin/setpriv \
    $(files_of libc6 tzdata redis-tools redis-server nats-server "postgresql-$(basename "$(dirname "$postgres")")" "postgresql-client-$(basename "$(dirname "$postgres")")")
  ln -s "$postgres"/* "$1/servers/usr/local/bin/"
}

# make_root FOLDER FILE...: BusyBox, the files, and the libraries that they are linked with.
make_root() {
  local root=$1; shift
  mkdir -p "$root"/{usr/bin,usr/sbin,usr/lib,usr/lib64,usr/local/bin,etc,root,tmp,var/run,proc,sys,dev}
  ln -s usr/bin usr/sbin usr/lib usr/lib64 "$root/"
  chmod 1777 "$root/tmp"
  cp "$(command -v busybox)" "$root/usr/bin/busybox"
  chroot "$root" /usr/bin/busybox --install -s
  # ldd fails for what is no program.
  { printf '%s\n' "$@"; { ldd "$@" 2>/dev/null || true; } | grep -oE '/[^ ]+' | grep -v ':$'; } | sort -u \
    | tar -C / --create --no-recursion --dereference --absolute-names --transform 's,^/,,' --files-from - --file - | tar -C "$root" --extract --keep-directory-symlink --file -
  printf '%s\n' root:x:0:0::/root:/bin/sh app:x:1654:1654::/home/app:/bin/false redis:x:999:1000::/data:/bin/false postgres:x:70:70::/var/lib/postgresql:/bin/sh > "$root/etc/passwd"
  printf '%s\n' root:x:0: app:x:1654: redis:x:1000: postgres:x:70: > "$root/etc/group"
}

# files_of PACKAGE...: without documentation, and without what compiles queries.
files_of() {
  local file
  dpkg -L "$@" | grep -vE '^/(usr/share/(doc|man|locale|lintian|bug)|etc|lib/systemd|usr/lib/systemd)/|/(locale|bitcode|gconv|gcc|gdb)/|llvmjit' | while read -r file; do
    [ -d "$file" ] || { [ -e "$file" ] && printf '%s\n' "$file"; }
  done
}

add_dotnet() {
  local dotnet; dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  mkdir -p "$1"
  cp -r "$dotnet/dotnet" "$dotnet/host" "$1/"
  mkdir "$1/shared"
  cp -r "$dotnet/shared/Microsoft.NETCore.App" "$dotnet/shared/Microsoft.AspNetCore.App" "$1/shared/"
}
