#!/usr/bin/env bash
# Makes .venv and installs the lock: `scripts/setup.sh` for the app, `scripts/setup.sh s3` for artifacts in a bucket
# besides, `scripts/setup.sh dev` for the tests too.
# PYTHON names the interpreter; TORCH_INDEX names a package index to take another build of torch from.
set -euo pipefail
cd "$(dirname "$0")/.."

LOCK=requirements.lock
[ -n "${1:-}" ] && LOCK="requirements-$1.lock"
[ -e "$LOCK" ] || { printf 'setup: there is no %s\n' "$LOCK" >&2; exit 1; }

say() { printf '%s\n' "$*"; }
stop() { printf 'setup: %s\n' "$*" >&2; exit 1; }

find_python() {
    local name
    for name in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
        if command -v "$name" >/dev/null &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    stop "Python 3.11 or newer is missing (looked for ${PYTHON:-python3.11 to python3.13, python3}). On Debian or Ubuntu: sudo apt-get install python3 python3-venv"
}

# A stamp names what is installed; it covers everything that decides it.
stamp_of() {
    cat requirements.lock "$LOCK" <(printf '%s' "${TORCH_INDEX:-}") | cksum | tr ' ' '-'
}

STAMP=".venv/installed-$(basename "$LOCK")-$(stamp_of)"
if [ -x .venv/bin/python ] && [ -e "$STAMP" ]; then
    exit 0
fi

if [ ! -x .venv/bin/python ]; then
    FOUND=$(find_python)
    "$FOUND" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "the venv module of $FOUND is missing. On Debian or Ubuntu: sudo apt-get install python3-venv"
    say "Making .venv with $("$FOUND" --version)"
    "$FOUND" -m venv .venv
fi

TORCH=$(grep '^torch==' requirements.lock)
if [ -n "${TORCH_INDEX:-}" ]; then
    say "Installing $TORCH from the index you named"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall \
        --index-url "$TORCH_INDEX" "$TORCH"
fi
say "Installing $LOCK (the first time takes a few minutes)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$LOCK" ||
    stop "pip could not install $LOCK; the lines above say why. Mend that and run make setup again."
rm -f ".venv/installed-$(basename "$LOCK")-"*
touch "$STAMP"
