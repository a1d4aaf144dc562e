#!/usr/bin/env bash
# Installs what is missing, builds in release and serves the embedded territory.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/bootstrap.sh build
scripts/web.sh
say "building twin in release"
cargo build --release --locked --bin twin
say "serving; stop with Ctrl-C"
exec target/release/twin serve
