"""One file with everything that matters, made while people write and workers train.

The database is copied first, in one transaction, and then the files its rows name: a file is there
before its row and never changes, so that whatever the copy names can be copied later. Only what
somebody deletes meanwhile is gone by then; the database is then copied once more. What no row names
(`store/runs/moments.py`) need not be there, and a run that goes on removes it: it is not missed.
"""

import os
import sqlite3
import zipfile
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text

from store.backups.form import (
    ARTIFACTS,
    DATABASES,
    MANIFEST,
    SECRETS,
    BackupError,
    Kind,
    Manifest,
    blocks,
    named_files,
)
from store.backups.postgres_tools import dump
from store.backups.workplace import workplace
from store.errors import ArtifactMissingError, DatabaseDamagedError
from store.files.artifacts import Artifacts
from store.files.disk import check_room, disk_errors
from store.files.local_files import sync
from store.files.packed import BLOCK, Hashed, Member
from store.runs.moments import ENDING
from store.settings import Settings
from store.sql.database import Database
from store.sql.meanings import DAMAGED
from store.sql.migration import checked_revision, known_revisions
from store.sql.soundness import is_sound
from store.version import lodemap_version

MOST_COPIES: Final = 4
"""How often the database is copied before what was deleted meanwhile is said to be missing."""

Tell = Callable[[int, int], None]
"""Told (bytes written, bytes in all) as it goes on."""


@dataclass(frozen=True)
class Copied:
    """A database copied into a file."""

    kind: Kind
    schema: str
    created_at: str
    names: list[str]
    """Artifacts its rows name."""


@dataclass
class _Zip:
    """The zip that is being written."""

    file: zipfile.ZipFile
    tell: Tell
    total: int = 0
    done: int = 0
    members: dict[str, Member] = field(default_factory=dict)

    def add(self, name: str, parts: Iterable[bytes], is_deflated: bool = False) -> None:
        """Write a member."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if is_deflated else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        hashed = Hashed(parts)
        with self.file.open(info, "w", force_zip64=True) as member:
            for part in hashed:
                self.done += len(part)
                member.write(part)
                self.tell(min(self.done, self.total), self.total)
        self.members[name] = hashed.member


def back_up(
    settings: Settings, path: Path, with_secrets: bool = False, tell: Tell = lambda _a, _b: None
) -> Manifest:
    """Write a backup of database and artifacts; `path` is whole or not there.

    Nothing is migrated and no lock is held: the app may run, also an earlier one.

    Args:
        settings: Where everything is.
        path: The file to write; one that is there is replaced at the end.
        with_secrets: Also the key that signs cookies, and who may sign in with a password.
        tell: See `Tell`.

    Raises:
        BackupError: there is no database, or PostgreSQL's own program failed.
        DatabaseDamagedError: SQLite's file is damaged.
        SchemaNewerError: a newer Lodemap wrote the database.
        StoreUnavailableError: the database does not answer.
        DiskFullError: it does not fit; nothing was left behind.
    """
    with (
        disk_errors("The backup"),
        closing(Database(settings.database_url)) as database,
        workplace(path.parent) as folder,
    ):
        draft = folder / "draft.zip"
        manifest = _write(settings, database, draft, with_secrets, tell)
        sync(draft)
        draft.replace(path)
        sync(path.parent)
    return manifest


def _write(
    settings: Settings, database: Database, draft: Path, with_secrets: bool, tell: Tell
) -> Manifest:
    artifacts = Artifacts(settings.artifacts_url, settings.data_dir / "fetched")
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "r+b") as file,
        zipfile.ZipFile(file, "w") as packed,
    ):
        writing, copy = _Zip(packed, tell), draft.with_name("database")
        copied, missing = _add_files(writing, database, artifacts, copy)
        writing.add(DATABASES[copied.kind], blocks(copy), is_deflated=copied.kind == "sqlite")
        for name, own in SECRETS.items() if with_secrets else ():
            if (secret := settings.data_dir / own).exists():
                writing.add(name, [secret.read_bytes()])
        manifest = Manifest(
            lodemap_version(), copied.created_at, copied.kind, copied.schema, tuple(missing),
            dict(writing.members),
        )  # fmt: skip
        writing.add(MANIFEST, [manifest.to_bytes()], is_deflated=True)
    return manifest


def _add_files(
    writing: _Zip, database: Database, artifacts: Artifacts, copy: Path
) -> tuple[Copied, list[str]]:
    """Copy the database and what it names; return it and what rows name that could not be had."""
    missing: list[str] = []
    for _ in range(MOST_COPIES):
        copied = copy_database(database, artifacts, copy)
        names = [n for n in copied.names if ARTIFACTS + n not in writing.members]
        left = sum(map(artifacts.size, names)) + copy.stat().st_size
        check_room(copy.parent, left, "The backup")
        writing.total = writing.done + left
        lacking = [name for name in names if not _add_file(writing, artifacts, name)]
        gone = [name for name in lacking if not name.endswith(ENDING)]
        if not gone or gone == missing:  # nobody deleted them meanwhile: they were gone before
            break
        missing = gone
    return copied, gone


def _add_file(writing: _Zip, artifacts: Artifacts, name: str) -> bool:
    try:
        parts = artifacts.parts(name, BLOCK)
        first = next(parts, b"")
    except ArtifactMissingError:
        return False
    writing.add(ARTIFACTS + name, (part for some in ([first], parts) for part in some))
    return True


def copy_database(database: Database, artifacts: Artifacts, path: Path) -> Copied:
    """Copy a database as it is at one moment, and say which files it names.

    Raises:
        BackupError: there is no database, or PostgreSQL's own program failed.
        DatabaseDamagedError: SQLite's file is damaged.
        SchemaNewerError: a newer Lodemap wrote it.
    """
    created_at = datetime.now(UTC).isoformat(timespec="seconds")
    if database.is_sqlite:
        _copy_sqlite(database, path)
        with closing(Database(f"sqlite:///{path}")) as copy:
            with copy.read() as connection:
                if not is_sound(connection):  # a restore would refuse it
                    raise DatabaseDamagedError(DAMAGED)
            schema, names = _read(copy, artifacts)
            with copy.engine.connect() as connection:  # one file: nothing in a log beside it
                connection.connection.cursor().execute("PRAGMA journal_mode=DELETE")
        return Copied("sqlite", schema, created_at, names)
    with database.read() as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        schema = _schema(checked_revision(connection, known_revisions(), database.shown_url))
        names = named_files(connection, artifacts)
        session: Any = connection.connection.driver_connection
        dump(database.engine.url, session.info, snapshot, path)
    return Copied("postgresql", schema, created_at, names)


def _copy_sqlite(database: Database, path: Path) -> None:
    if not Path(str(database.engine.url.database)).exists():
        raise BackupError(f"There is no database at {database.shown_url}; nothing was written.")
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as target, database.read() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        # read in one transaction: writers go on, and the copy is of the moment it began
        source.backup(target)


def _read(copy: Database, artifacts: Artifacts) -> tuple[str, list[str]]:
    with copy.read() as connection:
        schema = _schema(checked_revision(connection, known_revisions(), copy.shown_url))
        return schema, named_files(connection, artifacts)


def _schema(revision: str | None) -> str:
    if revision is None:
        raise BackupError("The database holds nothing of Lodemap; nothing was written.")
    return revision
