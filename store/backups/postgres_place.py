"""A PostgreSQL database that a backup is restored into: as empty as it was where that fails."""

from collections.abc import Iterator, Set
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import inspect, text

from store.backups.form import BackupError
from store.backups.postgres_tools import load
from store.sql.database import Database
from store.sql.migration import revision_of

WHOSE: Final = "SELECT min(schemaname) FROM pg_tables WHERE tablename = 'alembic_version'"


def is_taken(database: Database) -> bool:
    """Whether tables are where those of Lodemap would be."""
    with database.read() as connection:
        return bool(inspect(connection).get_table_names())


@contextmanager
def loaded(database: Database, dump: Path) -> Iterator[None]:
    """Read a dump into an empty database for a block; what fails leaves it as empty as it was.

    Raises:
        BackupError: it cannot be read in, or Lodemap would not find its tables there.
    """
    with database.read() as connection:
        before = set(inspect(connection).get_schema_names())
    load(database.engine.url, dump)
    with ExitStack() as on_failure:
        on_failure.callback(_empty, database, before)
        _check_seen(database)
        yield
        on_failure.pop_all()


def _check_seen(database: Database) -> None:
    with database.read() as connection:
        if revision_of(connection) is None:
            schema = connection.scalar(text(WHOSE))
            raise BackupError(
                f"The backup's tables are in the schema {schema}, into which the user of "
                f"{database.shown_url} does not look; run ALTER ROLE NAME IN DATABASE NAME SET "
                f"search_path = {schema}, and restore again."
            )


def _empty(database: Database, before: Set[str]) -> None:
    """Remove what a dump has brought, so that another backup may be restored."""
    with database.write() as connection:
        quote = database.engine.dialect.identifier_preparer.quote
        for name in inspect(connection).get_table_names():
            connection.execute(text(f"DROP TABLE IF EXISTS {quote(name)} CASCADE"))
        for name in set(inspect(connection).get_schema_names()) - before:
            connection.execute(text(f"DROP SCHEMA {quote(name)} CASCADE"))
