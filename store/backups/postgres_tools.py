"""PostgreSQL's own programs, which write and read its dumps.

A password goes to them by the environment: arguments can be read by every user of the machine.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from psycopg import ConnectionInfo
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from store.backups.form import BackupError
from store.postgres_url import OURS, parameters

HIDDEN: Final = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs of each version."""
NOT_SHOWN: Final = OURS | {"password", "sslpassword"}
"""What Lodemap passes over, and secrets."""


def dump(url: URL, server: ConnectionInfo, snapshot: str, path: Path) -> None:
    """Write the database as an exported snapshot sees it.

    Args:
        url: Of the database.
        server: Where the connection is that exported it: of several hosts no other one knows it.
        snapshot: Its name.
        path: The file to write.

    Raises:
        BackupError: the program is missing or failed, with what it said.
    """
    path.unlink(missing_ok=True)
    wanted = [f"--snapshot={snapshot}", "--format=custom", "--no-owner", "--no-privileges"]
    there = {"host": server.host, "port": server.port}
    _run("pg_dump", url, [*wanted, f"--file={path}", "--dbname", _shown(url, **there)])


def load(url: URL, path: Path) -> None:
    """Read a dump into an empty database, all of it or nothing.

    Raises:
        BackupError: the program is missing or failed, with what it said.
    """
    wanted = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    _run("pg_restore", url, [*wanted, "--dbname", _shown(url), str(path)])


def _run(name: str, url: URL, arguments: list[str]) -> None:
    asked = url.password or url.query.get("password") or os.environ.get("PGPASSWORD", "")
    environ = {**os.environ, "PGPASSWORD": str(asked)}
    command = [_program(name), "--no-password", *arguments]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        said = (ended.stderr.strip().splitlines() or ["it said nothing"])[0]
        raise BackupError(f"{name} failed ({said[:300]}); nothing was kept.")


def _shown(url: URL, **others: Any) -> str:
    """Return what the engine tells PostgreSQL's library of a URL, without its passwords."""
    named = {**parameters(url), **others}
    return make_conninfo(**{name: named[name] for name in named.keys() - NOT_SHOWN})


def _program(name: str) -> str:
    versions = sorted(HIDDEN.glob(f"*/bin/{name}"), key=lambda p: float(p.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise BackupError(f"The program {name} is missing; install PostgreSQL's client.")
    return found
