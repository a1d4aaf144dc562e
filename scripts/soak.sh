#!/usr/bin/env bash
# Kills the server again and again under load, and checks after each restart that all that was
# acknowledged is there. TWIN_KILLS says how often; 20 unless told.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/bootstrap.sh build
export TWIN_KILLS="${TWIN_KILLS:-20}"
say "killing the server $TWIN_KILLS times"
# The very features that `make test` builds with, so that nothing is built twice.
cargo build --quiet --locked --profile ci --lib --bins --tests
cargo test --quiet --locked --profile ci --test stories durability -- --nocapture
