#!/usr/bin/env bash
# Runs the benchmarks of the crates, then measures the roads and the plans beside the engines people
# use; the plans take hours, and go on where they were interrupted. Arguments go to cargo bench, for
# example `-p twin-core`, and leave the rest out.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/bootstrap.sh build
cargo bench --locked --benches "$@"
if [ $# = 0 ]; then
  say "the roads beside OSRM and RoutingKit"
  scripts/web.sh
  cargo build --release --locked --bin twin
  python3 tests/bench/roads.py
  say "measured values in, changes out"
  python3 tests/bench/ingest.py
  say "frames of the 3D viewer beside a plain scene"
  scripts/viewer.sh
  python3 tests/bench/viewer.py
  say "collection plans beside PyVRP"
  python3 tests/bench/plans.py
  python3 tests/bench/plan_day.py
fi
