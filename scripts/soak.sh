#!/usr/bin/env bash
# Kills the server again and again under load, and checks after each restart that all that was
# acknowledged is there; then lets it run for a day, 60 times as fast, and looks at what it holds.
# TWIN_KILLS says how often, 20 unless told; TWIN_SOAK_SECONDS how long, 1440 unless told.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/bootstrap.sh build
export TWIN_KILLS="${TWIN_KILLS:-20}"
say "killing the server $TWIN_KILLS times"
# The very features that `make test` builds with, so that nothing is built twice.
cargo build --quiet --locked --profile ci --lib --bins --tests
cargo test --quiet --locked --profile ci --test stories durability -- --nocapture
export TWIN_SOAK_SECONDS="${TWIN_SOAK_SECONDS:-1440}"
say "letting the server run for $TWIN_SOAK_SECONDS seconds at 60 times the pace of time"
cargo test --quiet --locked --profile ci --test stories soak:: -- --nocapture
