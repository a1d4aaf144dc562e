#!/usr/bin/env bash
# Removes what was built and the tools in .tools. The data directory stays.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

rm -rf "$ROOT/target" "$TOOLS" "$WEB/node_modules" "$WEB/dist" "$WEB/.check" "$ROOT/viewer/dist" "$ROOT/viewer/fonts"
