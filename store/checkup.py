"""What a person who runs Lodemap should know of its folder, its database and its files.

Nothing is made, migrated or locked: a check may run beside an app, and before the first one.
"""

import os
import shutil
import sqlite3
import stat
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from ml.errors import LodemapError
from store.datasets.mounted import check_mounted
from store.errors import (
    ArtifactsElsewhereError,
    DatabaseDamagedError,
    DataDirNotWritableError,
)
from store.files.artifacts import Artifacts
from store.files.disk import SPARE_BYTES, in_words
from store.files.local_disk import REMOTE, kind_of
from store.files.local_files import folders_as_found
from store.files.owners import FOLDER, claimed
from store.files.places import Place
from store.postgres_url import INSTEAD, passed_over
from store.settings import Settings
from store.sql.database import Database
from store.sql.identity import known_identity
from store.sql.meanings import DAMAGED
from store.sql.migration import known_revisions, revision_of
from store.sql.reasons import reason_of
from store.sql.soundness import is_sound

Level = Literal["ok", "warn", "fail"]
FIXED_SQLITE: Final = (3, 51, 3)
"""Older ones may damage a database when two processes move its log at once; we let one do it."""
LITTLE_BYTES: Final = 2 * 10**9
MOST_APART_S: Final = 2.0


@dataclass(frozen=True)
class Finding:
    """One line of a checkup."""

    name: str
    """What was looked at."""
    level: Level
    words: str
    """What was found."""
    remedy: str = ""
    """What to do about it, one sentence; empty where all is well."""


def check_store(settings: Settings) -> Iterator[Finding]:
    """Yield what was found of the data folder, the database and the artifacts.

    Nothing more is looked at in a folder of somebody else, or beyond what may not be looked at.
    """
    try:
        yield from _of_store(settings)
    except OSError as error:
        words = f"{error.filename or settings.data_dir} cannot be read ({error.strerror})"
        yield Finding("data folder", "fail", words, "Correct the rights, or choose another folder.")


def _of_store(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.exists():
        yield Finding("data folder", "warn", f"{folder} is not there", "The first start makes it.")
        if settings.is_sqlite:
            return
    else:
        yield check_folder(folder)
        if not folder.is_dir() or folder.stat().st_uid != os.geteuid() or not _is_open(folder):
            return
        yield check_room_left(folder)
        yield from check_key(folder / "secret_key")
    if settings.is_sqlite:
        yield from check_sqlite(settings)
    elif words := passed_over(settings.database_url):
        yield Finding("database_url", "warn", words, INSTEAD)
    yield from check_database(settings)
    if folder.exists():
        yield from check_artifacts(settings)


def check_folder(folder: Path) -> Finding:
    """Look at owner and mode."""
    status = folder.stat()
    if not stat.S_ISDIR(status.st_mode):
        return Finding("data folder", "fail", f"{folder} is no folder", "Choose another one.")
    mode = stat.S_IMODE(status.st_mode)
    words = f"{folder}, mode {mode:04o}, owner {status.st_uid}"
    if status.st_uid != os.geteuid():
        return Finding("data folder", "fail", words, f"Run Lodemap as user {status.st_uid}.")
    if not _is_open(folder):
        is_fixed = os.statvfs(folder).f_flag & os.ST_RDONLY
        why = "its disk is mounted to be read only" if is_fixed else "its rights forbid it"
        remedy = "Mount that disk to be written, or choose another --data-dir."
        if not is_fixed:
            remedy = f"Run chmod 700 {folder}."
        return Finding("data folder", "fail", f"{words}, cannot be written: {why}", remedy)
    if mode & (stat.S_IWGRP | stat.S_IWOTH):
        return Finding("data folder", "fail", words, f"Others may write; run chmod 700 {folder}.")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding("data folder", "warn", words, f"Others may read; run chmod 700 {folder}.")
    return Finding("data folder", "ok", words)


def _is_open(folder: Path) -> bool:
    """Whether this process may make files in a folder."""
    return os.access(folder, os.W_OK | os.X_OK)


def check_room_left(folder: Path) -> Finding:
    """Look at the free space of the folder's disk."""
    free = shutil.disk_usage(folder).free
    words = f"{in_words(free)} free"
    if free < SPARE_BYTES:
        return Finding("disk", "fail", words, "Free some space: nothing can be saved.")
    if free < LITTLE_BYTES:
        return Finding("disk", "warn", words, "Free some space soon; imports need it first.")
    return Finding("disk", "ok", words)


def check_key(path: Path) -> Iterator[Finding]:
    """Look at who may read the key that signs cookies, where there is one."""
    if path.exists() and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
        remedy = f"Run chmod 600 {path}, or delete it and start again: every session then ends."
        yield Finding("secret key", "fail", f"{path.name} has mode {mode:04o}", remedy)


def check_sqlite(settings: Settings) -> Iterator[Finding]:
    """Look at SQLite's version, and at the disk its database is on."""
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < FIXED_SQLITE:
        fixed = ".".join(map(str, FIXED_SQLITE))
        remedy = f"Update SQLite to {fixed}; until then open the database with no other program."
        yield Finding("SQLite", "warn", f"{version} has the WAL-reset bug", remedy)
    else:
        yield Finding("SQLite", "ok", version)
    path = settings.sqlite_path
    disk = "" if path is None else kind_of(path.parent)
    if disk in REMOTE:
        remedy = "Put the data folder on a disk of this machine, or use PostgreSQL."
        yield Finding("SQLite", "fail", f"its database is on a network disk ({disk})", remedy)


def check_database(settings: Settings) -> Iterator[Finding]:
    """Look at whether the database answers, its version, its schema and its clock."""
    with closing(Database(settings.database_url)) as database:
        if settings.is_sqlite and not Path(str(database.engine.url.database)).exists():
            remedy = "The first start makes it."
            yield Finding("database", "warn", f"{database.shown_url} is not there", remedy)
            return
        try:
            yield from _of_database(database)
        except (LodemapError, SQLAlchemyError) as error:
            said = error.sentence if isinstance(error, LodemapError) else type(error).__name__
            if reason := reason_of(error):
                said = f"it cannot be used ({reason})"
            words = f"{database.shown_url}: {said.rstrip('.')}"
            yield Finding("database", "fail", words, _remedy_of(error))


def _remedy_of(error: LodemapError | SQLAlchemyError) -> str:
    """Return what to do about a database that cannot be looked into."""
    if isinstance(error, DatabaseDamagedError):
        return "Look after the disk, too: it has changed what was written."
    if isinstance(error, DataDirNotWritableError):
        return "Correct the rights of the file and of its folder, which this user must own."
    return "Start it, or correct LODEMAP_DATABASE_URL."


def _of_database(database: Database) -> Iterator[Finding]:
    with database.read() as connection:
        version = "SQLite"
        if not database.is_sqlite:
            version = f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"
        elif not is_sound(connection):
            raise DatabaseDamagedError(DAMAGED)
        schema = revision_of(connection)
        asked_s = time.time()
        apart_s = float(connection.scalar(select(database.clock)) or 0.0) - asked_s
    yield Finding("database", "ok", f"{version} at {database.shown_url}")
    yield check_schema(schema, known_revisions())
    words = f"{apart_s:+.1f} s from the database's clock"
    if abs(apart_s) > MOST_APART_S:
        yield Finding("clock", "warn", words, "Let NTP set both; times in the history are off.")
    else:
        yield Finding("clock", "ok", words)


def check_schema(schema: str | None, known: Sequence[str]) -> Finding:
    """Judge the schema of a database."""
    if schema is None:
        return Finding("schema", "warn", "none yet", "The first start makes the tables.")
    if schema not in known:
        words = f"{schema}, this Lodemap knows up to {known[-1]}"
        return Finding("schema", "fail", words, "A newer Lodemap wrote it; start that one.")
    if schema != known[-1]:
        remedy = "Make a backup (app.py backup), then start the app: it brings the database up."
        return Finding("schema", "warn", f"{schema}, the newest is {known[-1]}", remedy)
    return Finding("schema", "ok", f"{schema}, the newest")


def check_artifacts(settings: Settings) -> Iterator[Finding]:
    """Write, read and remove a small file where data sets and networks are; ask whose they are."""
    name, data = f"doctor/{uuid.uuid4().hex}", b"doctor"
    url = settings.artifacts_url
    where = f"the folder {url}" if "://" not in url else "a URL"
    try:
        artifacts = Artifacts(settings.artifacts_url, settings.data_dir / "fetched")
        place = Place(settings.artifacts_url)
        local = folders_as_found(Path(place.root, name).parent) if place.is_local else nullcontext()
        with local:
            artifacts.write(name, data, durable=False)
            is_same = artifacts.read(name) == data
            artifacts.remove(name)
        owners = claimed(artifacts)
    except (LodemapError, OSError, ValueError, ImportError) as error:
        # what is wrong may be in the URL, which may hold a key: only the kind of error is told
        said = error.sentence if isinstance(error, LodemapError) else type(error).__name__
        remedy = "Correct LODEMAP_ARTIFACTS_URL, or the rights there."
        yield Finding("artifacts", "fail", f"{where} cannot be used: {said.rstrip('.')}", remedy)
        return
    if not is_same:
        remedy = "Check that disk: it gave back other bytes than were written."
        yield Finding("artifacts", "fail", f"{where} changes bytes", remedy)
        return
    yield Finding("artifacts", "ok", f"{where}, written and read")
    yield from check_owners(settings, owners)
    yield from check_data_sets(settings, artifacts)


def check_owners(settings: Settings, owners: Mapping[str, str]) -> Iterator[Finding]:
    """Look for databases beside this one that keep their files at the same place.

    Args:
        settings: Of this one.
        owners: As `claimed` returns them.
    """
    try:
        with closing(Database(settings.database_url)) as database:
            own = known_identity(database, settings.data_dir)
    except (LodemapError, SQLAlchemyError):
        return  # `check_database` says that it does not answer
    others = [": ".join(each) for each in owners.items() if each[0] != f"{FOLDER}/{own}"]
    if others:
        words = "another database keeps its files there: "
        if len(others) > 1:
            words = "other databases keep their files there: "
        remedy = "Give each a place of its own; of one that is no more, remove the file there."
        yield Finding("artifacts", "warn", words + "; ".join(others), remedy)


def check_data_sets(settings: Settings, artifacts: Artifacts) -> Iterator[Finding]:
    """Look for this database's data sets, without which no worker takes a run."""
    try:
        with closing(Database(settings.database_url)) as database:
            if not settings.is_sqlite or Path(str(database.engine.url.database)).exists():
                check_mounted(database, artifacts)
    except ArtifactsElsewhereError as error:
        words, _, remedy = error.sentence.partition(". ")
        yield Finding("artifacts", "fail", words, remedy)
    except (LodemapError, SQLAlchemyError):
        return  # `check_database` says that it does not answer, or has no tables yet
