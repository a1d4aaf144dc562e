#!/usr/bin/env bash
# Builds the web page into assets/web/dist, unless it is there and newer than its sources.
# `scripts/web.sh check` also checks its types and runs its tests.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ -f "$WEB/package.json" ] || exit 0
scripts/bootstrap.sh build
cd "$WEB"

if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say "installing the packages of the web page"
  npm ci --silent
  touch node_modules/.package-lock.json
fi

if [ ! -f dist/index.html ] \
  || [ -n "$(find . \( -name node_modules -o -name dist -o -name .check \) -prune -o -type f -newer dist/index.html -print -quit)" ]; then
  say "building the web page"
  npm run --silent build
  touch dist/index.html
fi

if [ "${1:-}" = check ]; then
  npm run --silent check
fi
