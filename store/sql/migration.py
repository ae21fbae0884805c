"""Bring a database to this version's schema when it is opened, or refuse it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from ml.errors import LodemapError
from store.errors import (
    MigrationFailedError,
    SchemaNewerError,
    SettingsError,
    StoreUnavailableError,
)
from store.files.drafts import draft_of
from store.sql.database import Database

FOLDER: Final = Path(__file__).parent / "migrations"
LOCK_NAME: Final = "lodemap-migration"
UNHURRIED: Final = ("statement_timeout = 0", "idle_in_transaction_session_timeout = 0")
"""What a step may take, and the turn of another app that migrates: longer than a gesture."""
LOCK_WAIT: Final = "8s"
"""For a table that somebody holds. Others wait behind whoever waits, and give up after 10 s."""


def upgrade(database: Database) -> None:
    """Run every migration the database lacks, in one transaction.

    An existing SQLite file is first copied to `<file>.before-<its revision>`.

    Raises:
        SchemaNewerError: when a newer Lodemap wrote the database.
        SettingsError: PostgreSQL has no schema for the tables, or lets this user make none in it.
        MigrationFailedError: when a step failed, whatever in it, or the copy could not be made; the
            database is as it was.
        DatabaseDamagedError: SQLite's file is damaged.
        StoreUnavailableError, DiskFullError: as `Database.write`, or somebody holds a table; it is
            as it was then, too.
    """
    known = known_revisions()
    with database.read() as connection:
        current = checked_revision(connection, known, database.shown_url)
        if current is None and not database.is_sqlite:
            _check_schema(connection, database.shown_url)
    if current == known[-1]:
        return
    try:
        if current is not None and database.is_sqlite:
            _back_up(Path(str(database.engine.url.database)), current)
        _migrate(database, known)
    except LodemapError:
        raise
    except Exception as error:
        raise MigrationFailedError(
            f"The database {database.shown_url} could not be brought from schema {current} to "
            f"{known[-1]} ({type(error).__name__}); it is as it was. Go on with the earlier "
            "Lodemap, and report this line."
        ) from error


def _check_schema(connection: Connection, where: str) -> None:
    """Check that tables can be made in a database that has none of ours yet.

    Raises:
        SettingsError: there is no schema for them, or it is closed to this user.
    """
    schema = connection.scalar(text("SELECT current_schema()"))
    if schema is None:
        raise SettingsError(
            f"The database {where} has no schema that the search_path of its user names; make it "
            "(CREATE SCHEMA NAME AUTHORIZATION USER), or name another (ALTER ROLE USER IN DATABASE "
            "NAME SET search_path = NAME)."
        )
    if not connection.scalar(text("SELECT has_schema_privilege(current_schema(), 'CREATE')")):
        raise SettingsError(
            f"The user of the database {where} may make no tables in its schema {schema}; let it "
            "own the database (ALTER DATABASE NAME OWNER TO USER)."
        )


def _migrate(database: Database, known: list[str]) -> None:
    with database.write() as connection:
        if not database.is_sqlite:
            _take_time(connection)
        database.take_turn(connection, LOCK_NAME)
        if checked_revision(connection, known, database.shown_url) != known[-1]:
            config = Config()
            config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            with _tables_awaited(database, connection):
                command.upgrade(config, "head")


def _take_time(connection: Connection) -> None:
    """Lift the limits of a transaction on PostgreSQL; its connection is closed after it."""
    bounded: Any = connection.connection.driver_connection
    bounded.answer_s = None
    connection.detach()
    for limit in UNHURRIED:
        connection.execute(text(f"SET LOCAL {limit}"))


@contextmanager
def _tables_awaited(database: Database, connection: Connection) -> Iterator[None]:
    """Wait for the tables that steps need, but not for hours.

    Raises:
        StoreUnavailableError: somebody holds one.
    """
    if not database.is_sqlite:
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'"))
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise
        raise StoreUnavailableError(
            f"The database {database.shown_url} cannot be brought to this version's schema while a "
            "backup or another app holds a table of it; it is as it was. Start again once that has "
            "ended."
        ) from error


def known_revisions() -> list[str]:
    """Return the revisions this version knows, oldest first."""
    scripts = ScriptDirectory(str(FOLDER)).walk_revisions()
    return [script.revision for script in scripts][::-1]


def revision_of(connection: Connection) -> str | None:
    """Return the schema of a database, None where it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    current: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return current


def checked_revision(connection: Connection, known: list[str], where: str) -> str | None:
    """Return the schema of a database, one of `known` or None.

    Raises:
        SchemaNewerError: when a newer Lodemap wrote it.
    """
    current = revision_of(connection)
    if current is not None and current not in known:
        raise SchemaNewerError(
            f"The database {where} has schema {current}, this Lodemap knows up to {known[-1]}. "
            "Start the newer Lodemap, or copy the data directory away and start with an empty one."
        )
    return current


def _back_up(path: Path, revision: str) -> None:
    copy = path.with_name(f"{path.name}.before-{revision}")
    with (
        draft_of(copy) as draft,
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(draft)) as target,
    ):
        source.backup(target)
