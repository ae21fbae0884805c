"""What nobody needs any more of imports: old rows, and folders without one."""

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from sqlalchemy import and_, delete, or_, select

from store.intake.records import OPEN_STATES, SHELL_ID
from store.names import UUID
from store.sql.database import Database
from store.sql.tables import INTAKE

ORPHAN_S: Final = 600.0
"""A folder is made before its row; one that waits for it is younger than this."""
AT_WORK: Final = ("reading", "keeping")
SHELL_S: Final = 86_400.0
"""What a shell has not touched for so long, it left: it reads for half of that at most."""


def forget_before(database: Database, root: Path, seconds: float) -> None:
    """Remove imports that nobody touched for so long; see `Intakes.forget_before`."""
    age_s = database.clock - INTAKE.c.changed_at
    idle = and_(age_s > seconds, INTAKE.c.state.not_in(AT_WORK))
    left = and_(age_s > min(seconds, SHELL_S), INTAKE.c.author_id == SHELL_ID)
    with database.write() as connection:
        gone = delete(INTAKE).where(or_(idle, left)).returning(INTAKE.c.intake_id)
        intake_ids = connection.scalars(gone).all()
    for intake_id in intake_ids:
        shutil.rmtree(root / intake_id, ignore_errors=True)


def remove_orphans(database: Database, root: Path, older_s: float) -> None:
    """Remove folders of imports that have ended elsewhere, or whose row was never written."""
    found = {path.name: path for path in _older_folders(root, older_s)}
    if not found:
        return
    query = select(INTAKE.c.intake_id).where(
        INTAKE.c.state.in_(OPEN_STATES), INTAKE.c.intake_id.in_(found)
    )
    with database.read() as connection:
        needed = set(connection.scalars(query))
    for intake_id in found.keys() - needed:
        shutil.rmtree(found[intake_id], ignore_errors=True)


def _older_folders(root: Path, older_s: float) -> Iterator[Path]:
    if not root.is_dir():
        return
    before_s = time.time() - older_s
    for path in root.iterdir():
        with suppress(FileNotFoundError):  # removed meanwhile by whoever ended its import
            if UUID.fullmatch(path.name) and path.stat().st_mtime < before_s:
                yield path
