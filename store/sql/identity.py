"""Which database this is, so that a copy of it is another one."""

import hashlib
import uuid
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from store.files.local_files import write_whole
from store.sql.database import Database

FILE: Final = "database_id"
"""In the data folder: who SQLite's file is, which knows nothing of that kind itself."""
SCHEMA: Final = (
    "SELECT nullif(relnamespace::regnamespace::text, 'public') FROM pg_class"
    " WHERE oid = to_regclass('alembic_version')"
)
WHICH: Final = (
    f"SELECT oid::text || datname || coalesce(({SCHEMA}), '') FROM pg_database"
    " WHERE datname = current_database()"
)
CLUSTER: Final = "SELECT system_identifier::text FROM pg_control_system()"


def identity_of(database: Database, data_dir: Path) -> str:
    """Return 32 digits that tell this database from every other, as long as it is where it is.

    A PostgreSQL database is told by its cluster and its place in it, so that what `pg_dump` brings
    elsewhere is another one; a standby that takes over is the same. Tables in two schemas of it
    are two databases.

    Raises:
        StoreUnavailableError: the database does not answer.
        DiskFullError: no room for the file that says it of SQLite.
    """
    if database.is_sqlite:
        file = data_dir / FILE
        if not file.exists():
            write_whole(file, uuid.uuid4().hex.encode(), durable=True)
        return file.read_text(encoding="ascii")
    with database.read() as connection:
        known = str(connection.scalar(text(WHICH)))
    return hashlib.sha256((_cluster(database) + known).encode()).hexdigest()[:32]


def known_identity(database: Database, data_dir: Path) -> str | None:
    """Return what `identity_of` would, None where SQLite's file does not say so yet.

    Raises:
        StoreUnavailableError: the database does not answer.
    """
    if database.is_sqlite and not (data_dir / FILE).exists():
        return None
    return identity_of(database, data_dir)


def _cluster(database: Database) -> str:
    """Return which cluster it is in; nothing where that is not told to everybody."""
    try:
        with database.read() as connection:
            return str(connection.scalar(text(CLUSTER)))
    except ProgrammingError:  # no right to ask; of any other error nothing may follow
        return ""
