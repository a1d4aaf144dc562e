#!/usr/bin/env bash
# Runs the benchmarks of the crates; arguments go to cargo bench, for example `-p twin-core`.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/bootstrap.sh build
cargo bench --locked --benches "$@"
