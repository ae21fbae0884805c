"""Whether SQLite's file is whole."""

from sqlalchemy import Connection, text


def is_sound(connection: Connection) -> bool:
    """Return whether every page of SQLite's file fits the others, and every row those it names.

    Raises:
        DatabaseDamagedError: the file cannot even be looked through, where `translated` is around.
    """
    said = connection.scalar(text("PRAGMA integrity_check"))
    return said == "ok" and connection.execute(text("PRAGMA foreign_key_check")).first() is None
