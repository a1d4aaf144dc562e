#!/usr/bin/env bash
# Runs the simulator's kernels natively and in WebAssembly under node, and compares what they tell: a
# year of 1,910 sensors with every effect on, and a run of a scenario. Same seed, same bytes; another
# seed, other bytes.
#
# The standard library for wasm32-wasip1 is built from Debian's sources by Debian's compiler, whatever
# cargo the rest is built with: rustc-web, cargo-web, rust-web-src, wasi-libc and lld. No crate of ours
# exports anything: WASI starts the example's `main` and takes what it prints.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

SEEDS=(1 2)
DAYS=${TWIN_WASM_DAYS:-365}
TARGET=${CARGO_TARGET_DIR:-target}
SYSROOT=/usr/lib/wasm32-wasi

scripts/bootstrap.sh wasm
say "the kernels natively and in WebAssembly"
cargo build --quiet --locked --profile ci -p simulator --example conformance
# RUSTC_BOOTSTRAP: -Zbuild-std is not stable, and Debian has no standard library for this target.
env RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc \
  CARGO_TARGET_WASM32_WASIP1_LINKER=/usr/bin/wasm-ld \
  CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS="-C link-self-contained=no -C link-arg=$SYSROOT/crt1-command.o -L native=$SYSROOT" \
  /usr/bin/cargo build --quiet --locked -Zbuild-std=std,panic_abort --target wasm32-wasip1 --release \
  --target-dir "$TARGET/wasm" -p simulator --example conformance

told=$TARGET/conformance
mkdir -p "$told"
for seed in "${SEEDS[@]}"; do
  "$TARGET/ci/examples/conformance" "$seed" "$DAYS" >"$told/native-$seed.txt"
  node --no-warnings scripts/wasi.mjs "$TARGET/wasm/wasm32-wasip1/release/examples/conformance.wasm" \
    "$seed" "$DAYS" >"$told/wasm-$seed.txt"
  cmp "$told/native-$seed.txt" "$told/wasm-$seed.txt" || fail "seed $seed: WebAssembly tells other bytes"
  say "seed $seed: $(wc -c <"$told/wasm-$seed.txt") bytes, the same natively and in WebAssembly"
  head -n 1 "$told/wasm-$seed.txt"
done
! cmp --silent "$told/native-1.txt" "$told/native-2.txt" || fail "two seeds tell the same"
