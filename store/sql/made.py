"""Whether an app has made the database: a worker makes none.

One that was started beside the app, with another folder or address, would make a database of its
own and wait there for runs that nobody asks for.
"""

from contextlib import closing

from sqlalchemy import inspect

from store.errors import DatabaseNotMadeError
from store.settings import Settings
from store.sql.database import Database
from store.sql.reasons import said_why


def check_made(settings: Settings) -> None:
    """Check that the database is there, and has tables of ours.

    Raises:
        DatabaseNotMadeError: it has none, or is not there.
        StoreUnavailableError: it does not answer.
    """
    check_file(settings)
    with (
        closing(Database(settings.database_url)) as database,
        said_why(database.shown_url),
        database.read() as connection,
    ):
        has_tables = inspect(connection).has_table("alembic_version")
    if not has_tables:
        found = f"The database {database.shown_url} has no tables of Lodemap"
        raise DatabaseNotMadeError(found, _setting(settings))


def check_file(settings: Settings) -> None:
    """Check that SQLite's file is there, where it is the database, without a look into it.

    Raises:
        DatabaseNotMadeError: it is not.
    """
    path = settings.sqlite_path
    if path is not None and not path.exists():
        raise DatabaseNotMadeError(f"There is no database {path}", _setting(settings))


def _setting(settings: Settings) -> str:
    """Return the variable by which somebody says where the database is."""
    path = settings.sqlite_path
    is_in_folder = path is not None and path.parent == settings.data_dir
    return "LODEMAP_DATA_DIR" if is_in_folder else "LODEMAP_DATABASE_URL"
