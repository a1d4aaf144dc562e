#!/usr/bin/env bash
# Builds the 3D viewer for browsers into viewer/dist, from where `twin` embeds it under /viewer/.
#
# The standard library for wasm32-unknown-unknown is built from Debian's sources by Debian's compiler:
# rustc-web, cargo-web, rust-web-src. wasm-opt is left out: it makes the download larger.
# It is built twice, for WebGL 2 and for WebGPU, of which the page takes what the browser has.
# `scripts/viewer-web.sh check` also drives it in Chromium, on a server of the embedded territory that is started twice.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

TARGET="${CARGO_TARGET_DIR:-$ROOT/target}/web"
DIST="$ROOT/viewer/dist"

scripts/bootstrap.sh wasm
scripts/viewer.sh fonts

# compile [OPTION...]: the program for browsers, in $TARGET.
compile() {
  env RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc \
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=/usr/bin/wasm-ld \
    /usr/bin/cargo build --quiet --locked -Zbuild-std=std,panic_abort --target wasm32-unknown-unknown \
    --profile web --target-dir "$TARGET" -p viewer --bin twin-viewer "$@"
}

# pack FOLDER: the program that was compiled last, for the page.
pack() {
  "$bindgen/bin/wasm-bindgen" --target web --no-typescript --remove-name-section --remove-producers-section \
    --out-name viewer --out-dir "$1" "$TARGET/wasm32-unknown-unknown/web/twin-viewer.wasm"
}

version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock)
bindgen="$TOOLS/wasm-bindgen-$version"
if [ ! -x "$bindgen/bin/wasm-bindgen" ]; then
  say "installing wasm-bindgen $version into .tools"
  cargo install --quiet --root "$bindgen" --target-dir "$TARGET/bindgen" --version "$version" \
    --no-default-features wasm-bindgen-cli
fi

say "the viewer in WebAssembly, into viewer/dist"
rm -rf "$DIST"
compile
pack "$DIST/webgl2"
compile --features webgpu
pack "$DIST/webgpu"
cp viewer/web/index.html viewer/web/viewer.css viewer/web/start.js "$DIST/"
node scripts/pack-viewer.mjs "$DIST"
# What `twin` embeds it reads when it is compiled.
touch api/src/web/viewer.rs
[ "${1:-}" = check ] || exit 0

say "the viewer in Chromium"
cargo build --quiet --locked --profile ci --bin twin
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TWIN_PROGRAM TWIN_DATA="$folder/data"
TWIN_PROGRAM=$(realpath "${CARGO_TARGET_DIR:-target}/ci/twin")
cd "$WEB"
port=$(node -e "import('./e2e/server.mjs').then(async (it) => console.log(await it.freePort()))")
node e2e/viewer.mjs "http://127.0.0.1:$port"
