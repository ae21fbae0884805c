"""No two projects of one name: people tell them apart by nothing else.

A project that is made gets a free name, as a file that is copied does. Renaming to a name that is
taken is refused: whoever types a name there means that very name.
"""

import re
from typing import Final

from sqlalchemy import Connection, select

from ml.errors import InvalidInputError
from store.names import NAME_LIMIT
from store.sql.database import Database
from store.sql.tables import PROJECT

NUMBERED: Final = re.compile(r"(.*) \((\d{1,6})\)", re.DOTALL)
TURN: Final = "project-names"
"""What writers take turns by, so that two cannot find the same name free."""


def free_name(database: Database, connection: Connection, wanted: str) -> str:
    """Return `wanted`, else "wanted (2)", "wanted (3)": the first no project has."""
    taken = _taken(database, connection, None)
    if wanted.casefold() not in taken:
        return wanted
    found = NUMBERED.fullmatch(wanted)
    base, number = (found[1], int(found[2])) if found else (wanted, 1)
    while True:
        number += 1
        suffix = f" ({number})"
        name = f"{base[: NAME_LIMIT - len(suffix)]}{suffix}"
        if name.casefold() not in taken:
            return name


def check_free(database: Database, connection: Connection, name: str, project_id: str) -> None:
    """Check that no other project has a name.

    Raises:
        InvalidInputError: one has.
    """
    if name.casefold() in _taken(database, connection, project_id):
        raise InvalidInputError(f"There is a project named '{name}' already; choose another name.")


def _taken(database: Database, connection: Connection, but: str | None) -> set[str]:
    """Return the names of all projects, archived ones too, but for one."""
    database.take_turn(connection, TURN)
    rows = connection.execute(select(PROJECT.c.project_id, PROJECT.c.name))
    return {row.name.casefold() for row in rows if row.project_id != but}
