#!/usr/bin/env bash
# What programs of others make of ours, beyond those that every run of the tests starts: QGIS, and a
# NATS server between three nodes; and whether the kernels give the same bytes in WebAssembly, under
# node, as they do natively.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/bootstrap.sh conformance
scripts/wasm.sh
# A `twin` that carries commits over NATS, beside the one that everybody builds.
nats=(--locked --profile ci -p api --features nats)
cargo clippy --quiet "${nats[@]}" --all-targets -- -D warnings
cargo test "${nats[@]}" --lib nats::
built="${CARGO_TARGET_DIR:-target}/ci"
cargo build --quiet "${nats[@]}" --bin twin
cp "$built/twin" "$built/twin-nats"
cargo build --quiet --locked --profile ci --bin twin
export TWIN_REQUIRE_QGIS=1 TWIN_REQUIRE_NATS=1
cargo test --locked --profile ci -p tests --test stories -- qgis nats:: --test-threads 1
