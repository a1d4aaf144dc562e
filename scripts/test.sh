#!/usr/bin/env bash
# Everything that must be green, in stages; ends at the first that is not, and always tells how
# long each took.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

stages=()

# stage NAME COMMAND...: one command each, for in here the shell goes on after a failure.
stage() {
  local name=$1 started=$SECONDS outcome=ok status=0
  shift
  say "stage: $name"
  "$@" || status=$? outcome=FAILED
  stages+=("$(printf '%-28s %5d s  %s' "$name" $((SECONDS - started)) "$outcome")")
  return "$status"
}

report() {
  local status=$?
  printf '\n'
  [ "${#stages[@]}" = 0 ] || printf '%s\n' "${stages[@]}"
  printf '%-28s %5d s  %s\n' "make test" "$SECONDS" "$([ "$status" = 0 ] && echo ok || echo FAILED)"
  exit "$status"
}
trap report EXIT

stage "tools (apt, venv)" scripts/bootstrap.sh test
stage "web page" scripts/web.sh check
stage "lint" scripts/lint.sh
stage "build" cargo build --quiet --locked --profile ci --lib --bins --tests
stage "unit and property tests" cargo test --locked --profile ci --lib --bins
stage "documentation tests" cargo test --locked --profile ci --doc
stage "3D viewer" scripts/viewer.sh check
export TWIN_REQUIRE_TOOLS=1
stage "stories" cargo test --locked --profile ci --test '*'
