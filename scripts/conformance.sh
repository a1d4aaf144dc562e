#!/usr/bin/env bash
# What programs of others make of ours, beyond those that every run of the tests starts: QGIS; and
# whether the kernels give the same bytes in WebAssembly, under node, as they do natively.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/bootstrap.sh conformance
scripts/wasm.sh
cargo build --quiet --locked --profile ci --bin twin
export TWIN_REQUIRE_QGIS=1
cargo test --locked --profile ci -p tests --test stories qgis
