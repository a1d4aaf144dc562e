#!/usr/bin/env bash
# Builds the 3D viewer, with the fonts of the web page in it.
# `scripts/viewer.sh fonts` only unpacks the fonts, `scripts/viewer.sh check` lints and tests it.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

FONTS="$ROOT/viewer/fonts"

unpack_fonts() {
  cd "$WEB"
  if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say "installing the packages of the web page"
    npm ci --silent
    touch node_modules/.package-lock.json
  fi
  if [ ! -f "$FONTS/title.ttf" ] || [ build/fonts.mjs -nt "$FONTS/title.ttf" ] \
    || [ node_modules/.package-lock.json -nt "$FONTS/title.ttf" ]; then
    say "unpacking the fonts of the viewer"
    node build/fonts.mjs
  fi
  cd "$ROOT"
}

scripts/bootstrap.sh build
unpack_fonts

case "${1:-}" in
  '')
    cargo build --locked --release -p viewer
    say "the viewer is ${CARGO_TARGET_DIR:-$ROOT/target}/release/twin-viewer"
    ;;
  fonts) ;;
  check)
    cargo clippy --quiet --locked --profile ci -p viewer --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --profile ci --no-deps -p viewer
    # The program and its tests at once: built apart, each would have a Bevy of its own.
    cargo build --quiet --locked --profile ci -p viewer --lib --bins --tests
    cargo test --locked --profile ci -p viewer --lib
    ;;
  *) fail "usage: scripts/viewer.sh [fonts|check]" ;;
esac
