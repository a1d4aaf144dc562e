#!/usr/bin/env bash
# Format, lints, documentation, spelling. Uses the profile of the tests, so that build scripts and
# macros are built once for both.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/bootstrap.sh test
say "cargo fmt"
cargo fmt --all --check
say "taplo"
taplo fmt --check
say "typos"
typos
say "cargo clippy"
cargo clippy --quiet --locked --profile ci --all-targets -- -D warnings
say "cargo doc"
RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --profile ci --no-deps
