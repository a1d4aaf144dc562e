#!/usr/bin/env bash
# Runs the benchmarks of the crates, then measures the roads beside the engines people use. Arguments
# go to cargo bench, for example `-p twin-core`, and leave the roads out.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/bootstrap.sh build
cargo bench --locked --benches "$@"
if [ $# = 0 ]; then
  say "the roads beside OSRM and RoutingKit"
  scripts/web.sh
  cargo build --release --locked --bin twin
  python3 tests/bench/roads.py
fi
