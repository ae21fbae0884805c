#!/usr/bin/env bash
# Makes the passwords and keys of a team in a folder: `scripts/team_secrets.sh deploy/secrets`.
# What is there already stays. The hosts are those of deploy/compose.yaml; REDIS_HOST, REDIS_PORT,
# POSTGRES_HOST and POSTGRES_PORT name others; REACH_ANEW=yes has lodemap.env say them, and the passwords, anew.
set -euo pipefail
FOLDER=${1:?name a folder: scripts/team_secrets.sh deploy/secrets}
HERE=$(cd "$(dirname "$0")/.." && pwd)

# The folder keeps others out; the files can be read by whoever a container runs as, and so can what it
# is given of this repository, whatever the umask of the clone was.
chmod a+r "$HERE/deploy/redis.conf" "$HERE/deploy/Caddyfile" 2>/dev/null || true
install -d -m 0700 "$FOLDER"
umask 022

new() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
# whole or not at all: the disk may be full
put() { printf '%s\n' "$2" >"$FOLDER/$1.new" && mv "$FOLDER/$1.new" "$FOLDER/$1"; }
keep() { [ -e "$FOLDER/$1" ] || put "$1" "$2"; }

keep secret-key "$(new)"
keep postgres-password "$(new)"
keep redis-users "$(sed "s/PASSWORD/$(new)/" "$HERE/deploy/redis-users.acl")"
REDIS_PASSWORD=$(sed -n 's/.*>\([0-9a-f]*\).*/\1/p' "$FOLDER/redis-users")
umask 077
DATABASE=lodemap:$(cat "$FOLDER/postgres-password")@${POSTGRES_HOST:-postgres}:${POSTGRES_PORT:-5432}/lodemap
BROKER=lodemap:$REDIS_PASSWORD@${REDIS_HOST:-redis}:${REDIS_PORT:-6379}/0
REACHED="LODEMAP_DATABASE_URL=postgresql://$DATABASE
LODEMAP_BROKER_URL=redis://$BROKER"
keep lodemap.env "$REACHED"
if [ -n "${REACH_ANEW:-}" ]; then
    OTHERS=$(grep -v -e '^LODEMAP_DATABASE_URL=' -e '^LODEMAP_BROKER_URL=' "$FOLDER/lodemap.env" || true)
    put lodemap.env "$REACHED${OTHERS:+$'\n'$OTHERS}"
fi
