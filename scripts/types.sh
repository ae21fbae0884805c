#!/usr/bin/env bash
# Checks the types that the comments of assets/ name (tsconfig.json says how), by the TypeScript that package-lock.json pins.
# Without npm it says what to install and checks nothing; with LODEMAP_REQUIRE_ALL=1 that is an error.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null; then
    printf 'The types of assets/ are not checked: npm is missing. To install: sudo apt-get install npm\n' >&2
    if [ "${LODEMAP_REQUIRE_ALL:-}" = 1 ]; then exit 1; fi
    exit 0
fi
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --loglevel=error --no-audit --no-fund --ignore-scripts
fi
exec npm run --silent types
