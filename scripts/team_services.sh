#!/usr/bin/env bash
# PostgreSQL and Redis for a team on this machine, until Ctrl+C: `scripts/team_services.sh ~/lodemap-team`.
# All they keep is in that folder, and in its lodemap.env what apps and workers need to reach them.
# POSTGRES_PORT and REDIS_PORT choose other ports.
set -euo pipefail
TEAM=${1:?name a folder: scripts/team_services.sh ~/lodemap-team}
HERE=$(cd "$(dirname "$0")/.." && pwd)
export POSTGRES_HOST=127.0.0.1 POSTGRES_PORT=${POSTGRES_PORT:-5432}
export REDIS_HOST=127.0.0.1 REDIS_PORT=${REDIS_PORT:-6379}

stop() { printf '%s\n' "$*" >&2; exit 2; }

# Debian hides the programs of PostgreSQL's server.
PATH="$PATH:$(printf '%s:' /usr/lib/postgresql/*/bin)"
command -v redis-server >/dev/null || stop "redis-server is missing: sudo apt-get install redis-server"
command -v initdb >/dev/null || stop "PostgreSQL is missing: sudo apt-get install postgresql"

# PostgreSQL refuses to run as root.
as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

if [ -e "$TEAM/postgres/PG_VERSION" ] && as_owner pg_ctl -D "$TEAM/postgres" status >/dev/null 2>&1; then
    stop "The services of $TEAM run already, in another shell."
fi
REACH_ANEW=yes "$HERE/scripts/team_secrets.sh" "$TEAM" # the ports may be others than last time
chmod 600 "$TEAM/secret-key" "$TEAM/postgres-password" "$TEAM/redis-users"
install -d -m 0700 "$TEAM/redis" "$TEAM/postgres"
if [ "$(id -u)" = 0 ]; then
    chmod 711 "$TEAM"
    chown postgres "$TEAM/postgres"
    as_owner test -x "$TEAM" ||
        stop "postgres cannot enter $TEAM: a folder above is closed to others; set TEAM=/srv/lodemap-team in all three shells."
fi
if [ ! -e "$TEAM/postgres/PG_VERSION" ]; then
    PASSWORD_FILE=$(mktemp)
    trap 'rm "$PASSWORD_FILE"' EXIT
    cat "$TEAM/postgres-password" >"$PASSWORD_FILE"
    [ "$(id -u)" = 0 ] && chown postgres "$PASSWORD_FILE"
    as_owner initdb -D "$TEAM/postgres" -U lodemap -A scram-sha-256 -E UTF8 --locale C \
        --pwfile "$PASSWORD_FILE" >/dev/null
    rm "$PASSWORD_FILE"
fi

PARTS=()
end() {
    as_owner pg_ctl -D "$TEAM/postgres" -m fast stop >/dev/null 2>&1 || true
    kill "${PARTS[@]}" 2>/dev/null || true
    wait
}
trap end EXIT
trap 'exit 0' INT TERM

redis-server "$HERE/deploy/redis.conf" --port "$REDIS_PORT" --bind 127.0.0.1 --dir "$TEAM/redis" \
    --aclfile "$TEAM/redis-users" --loglevel warning &
PARTS+=($!)
as_owner postgres -D "$TEAM/postgres" -h 127.0.0.1 -p "$POSTGRES_PORT" -k '' \
    -c log_min_messages=fatal &
PARTS+=($!)

export PGPASSWORD PGCONNECT_TIMEOUT=2
PGPASSWORD=$(cat "$TEAM/postgres-password")
psql_to() { psql -h 127.0.0.1 -p "$POSTGRES_PORT" -U lodemap -qtA "$@" 2>/dev/null; }
check_parts() {
    local part
    for part in "${PARTS[@]}"; do
        kill -0 "$part" 2>/dev/null || stop "PostgreSQL or Redis has ended; the lines above say why. Where a service of this machine has its port: systemctl disable --now postgresql redis-server, or choose POSTGRES_PORT and REDIS_PORT."
    done
}
until psql_to -d postgres -c 'SELECT 1' >/dev/null; do
    check_parts
    sleep 0.1
done
check_parts
[ -n "$(psql_to -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'lodemap'")" ] ||
    psql_to -d postgres -c 'CREATE DATABASE lodemap'
printf 'PostgreSQL and Redis are ready; what reaches them is in %s/lodemap.env\n' "$TEAM"
wait -n
