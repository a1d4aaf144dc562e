# Shared by the other scripts, which source it: the folder of the project, its tools on the PATH,
# and two ways to speak.
# shellcheck shell=bash

set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
TOOLS="$ROOT/.tools"
# shellcheck disable=SC2034 # used by the scripts that source this one
WEB="$ROOT/assets/web"
export PATH="$TOOLS/venv/bin:$TOOLS/node/node_modules/.bin:$PATH"
cd "$ROOT"

say() {
  printf '== %s\n' "$*" >&2
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

has() {
  command -v "$1" >/dev/null 2>&1
}

# at_least HAVE WANT: whether version HAVE is WANT or newer.
at_least() {
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}
