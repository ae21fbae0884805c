#!/usr/bin/env bash
# Sees that the programs the tests drive are here: installs them by apt where that is allowed, else names them.
# With LODEMAP_REQUIRE_ALL=1 a part that stays missing is an error; without, its tests are skipped.
set -euo pipefail

has_chromium() { command -v chromium >/dev/null; }
has_redis() { command -v redis-server >/dev/null; }
has_postgres() { command -v postgres >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }
has_node() { command -v node >/dev/null; }
has_npm() { command -v npm >/dev/null; } # checks the types of assets/
has_caddy() { command -v caddy >/dev/null; }
has_libfaketime() { compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null; } # clocks that jump
has_nft() { command -v nft >/dev/null; }                                            # networks that are cut
has_ip() { command -v ip >/dev/null; }
has_strace() { command -v strace >/dev/null; }

missing() {
    has_chromium || printf 'chromium '
    has_redis || printf 'redis-server '
    has_postgres || printf 'postgresql '
    has_node || printf 'nodejs '
    has_npm || printf 'npm '
    has_caddy || printf 'caddy '
    has_libfaketime || printf 'libfaketime '
    has_nft || printf 'nftables '
    has_ip || printf 'iproute2 '
    has_strace || printf 'strace '
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    command -v apt-get >/dev/null &&
        { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }
}

WANTED=$(missing)
[ -z "$WANTED" ] && exit 0

if may_install; then
    printf 'Installing what the tests drive: %s\n' "$WANTED"
    as_root apt-get update -qq || true
    # shellcheck disable=SC2086 -- a list of package names
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        $WANTED >/dev/null || true
fi

LEFT=$(missing)
[ -z "$LEFT" ] && exit 0
printf 'Missing: %s. To install: sudo apt-get install %s\n' "$LEFT" "$LEFT" >&2
if [ "${LODEMAP_REQUIRE_ALL:-}" = 1 ]; then exit 1; fi
printf 'The tests that need them are skipped.\n' >&2
