#!/usr/bin/env bash
# Installs what is missing on a Debian 12, and says so. Runs any number of times.
#
#   scripts/bootstrap.sh build   what `make run` needs: cargo, a C compiler, node and npm
#   scripts/bootstrap.sh wasm    also a compiler, a standard library's source and a C library for WASI
#   scripts/bootstrap.sh test    also rustfmt, clippy, a Python venv with typos, taplo, osmium,
#                                pyproj and aiosmtpd, and what the stories talk to: chromium, GDAL, mosquitto, strace,
#                                PostgreSQL with PostGIS, a Vulkan driver
#   scripts/bootstrap.sh conformance   also QGIS and a NATS server

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

MIN_RUST=1.95
MIN_NODE=18.19
NODE_PACKAGE=node@20
PYTHON_TOOLS=(typos==1.52.0 taplo==0.9.3 osmium==4.3.2 mapbox-vector-tile==2.2.0 pyproj==3.7.2
  aiosmtpd==1.4.6)

apt_is_fresh=no

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif has sudo; then
    sudo "$@"
  else
    fail "$1 needs root: run this once as root, or install sudo"
  fi
}

# apt_install REASON PACKAGE...
apt_install() {
  local reason=$1
  shift
  has apt-get || fail "$reason, and there is no apt-get to install: $*"
  say "$reason: installing $*"
  if [ "$apt_is_fresh" = no ]; then
    as_root apt-get -qq update || fail "the package lists cannot be updated (apt-get update)"
    apt_is_fresh=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get -qq install -y --no-install-recommends "$@" \
    >/dev/null || fail "apt-get cannot install: $*"
}

# version_of COMMAND: the first number of its --version; nothing where it does not run.
version_of() {
  { "$1" --version 2>/dev/null || true; } | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1 || true
}

has_rust() {
  local version
  version=$(version_of cargo)
  [ -n "$version" ] && at_least "$version" "$MIN_RUST" && [ -n "$(version_of rustc)" ]
}

ensure_rust() {
  if ! has_rust; then
    apt_install "no cargo $MIN_RUST or newer on the PATH" rustc-web cargo-web
    hash -r
    has_rust || fail "cargo $MIN_RUST or newer is needed; Debian's cargo-web is $(version_of cargo)"
  fi
  has cc || apt_install "no C compiler" gcc libc6-dev
}

ensure_rust_tools() {
  [ -n "$(version_of rustfmt)" ] || apt_install "no rustfmt" rustfmt-web
  [ -n "$(version_of cargo-clippy)" ] || apt_install "no clippy" rust-web-clippy
}

has_node() {
  local version
  version=$(version_of node)
  [ -n "$version" ] && at_least "$version" "$MIN_NODE"
}

ensure_node() {
  [ -f "$WEB/package.json" ] || return 0
  has_node || has node || apt_install "no node" nodejs
  has npm || apt_install "no npm" npm
  if ! has_node; then
    say "node $(version_of node) is older than $MIN_NODE: installing $NODE_PACKAGE from npm into .tools"
    npm install --silent --no-fund --no-audit --prefix "$TOOLS/node" "$NODE_PACKAGE"
    hash -r
    has_node || fail "node $MIN_NODE or newer is needed; found '$(version_of node)'"
  fi
}

# A venv that says what is in it, so that it is made anew when the list changes.
ensure_python_tools() {
  local wanted="${PYTHON_TOOLS[*]}" stamp="$TOOLS/venv/installed"
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return 0
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    apt_install "no python3 with venv" python3 python3-venv
    hash -r
  fi
  say "installing $wanted into .tools/venv"
  rm -rf "$TOOLS/venv"
  hash -r
  python3 -m venv "$TOOLS/venv"
  "$TOOLS/venv/bin/pip" install --quiet --disable-pip-version-check "${PYTHON_TOOLS[@]}" \
    || fail "pip cannot install $wanted"
  printf '%s\n' "$wanted" >"$stamp"
}

# The stories start servers of their own: Debian's shall not run beside them.
apt_install_at_rest() {
  local policy=/usr/sbin/policy-rc.d
  if [ -e "$policy" ]; then
    apt_install "$@"
    return
  fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod +x "$policy"
  (apt_install "$@") || {
    as_root rm -f "$policy"
    exit 1
  }
  as_root rm -f "$policy"
}

# The stories make clusters of their own: Debian's packages shall not make one that is started ever after.
ensure_postgres() {
  local settings=/etc/postgresql-common/createcluster.conf
  compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null \
    && compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return
  if ! [ -e "$settings" ]; then
    as_root mkdir -p "${settings%/*}"
    printf 'create_main_cluster = false\n' | as_root tee "$settings" >/dev/null
  fi
  apt_install_at_rest "no PostgreSQL with PostGIS" postgresql-15 postgresql-15-postgis-3
}

# What the stories talk to: a browser, GDAL, an MQTT broker, a database server, and a tracer of system calls.
ensure_peers() {
  has chromium || apt_install "no chromium" chromium
  has ogrinfo || apt_install "no GDAL" gdal-bin
  has strace || apt_install "no strace" strace
  if ! [ -x /usr/sbin/mosquitto ] || ! has mosquitto_pub; then
    apt_install_at_rest "no MQTT broker" mosquitto mosquitto-clients
  fi
  ensure_postgres
}

# A graphics driver that draws on the processor, for pictures without a graphics card.
ensure_vulkan() {
  compgen -G '/usr/share/vulkan/icd.d/*.json' >/dev/null || apt_install "no Vulkan driver" mesa-vulkan-drivers
}

ensure_nats() {
  [ -x /usr/sbin/nats-server ] || apt_install_at_rest "no NATS server" nats-server
}

ensure_qgis() {
  /usr/bin/python3 -c 'import qgis.core' 2>/dev/null || apt_install "no QGIS" python3-qgis qgis-providers
}

# Debian's compiler fits its own source of the standard library, and no other.
ensure_wasm() {
  local missing=() package
  for package in rustc-web cargo-web rust-web-src wasi-libc lld; do
    dpkg --status "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ "${#missing[@]}" = 0 ] || apt_install "no standard library for wasm32-wasip1" "${missing[@]}"
  has node || apt_install "no node" nodejs
}

case "${1:-}" in
  build)
    ensure_rust
    ensure_node
    ;;
  wasm)
    ensure_rust
    ensure_wasm
    ;;
  test)
    ensure_rust
    ensure_rust_tools
    ensure_node
    ensure_python_tools
    ensure_peers
    ensure_vulkan
    ;;
  conformance)
    scripts/bootstrap.sh test
    ensure_qgis
    ensure_nats
    ;;
  *) fail "usage: scripts/bootstrap.sh build|wasm|test|conformance" ;;
esac
