"""Checkpoints and frames that no row names: their process was killed before it could say so.

That is between the files and the row of an epoch, between those of an archive that comes in, or
between the row and the files of a project that was deleted.
"""

import time
from typing import Final

from sqlalchemy import select

from store.files.artifacts import Artifacts
from store.records import OWNED_STATES
from store.runs.frames import named_by_rows
from store.sql.database import Database
from store.sql.tables import RUN

FOLDER: Final = "runs"
IMPORTED: Final = "imported"
"""Where the files of archives are: a folder for each that was brought in, whatever its runs."""
QUIET_S: Final = 3600.0
"""Nobody is about to name what lies in a folder that nobody wrote to for so long."""


def remove_orphans(
    database: Database, artifacts: Artifacts, quiet_s: float = QUIET_S, is_shared: bool = False
) -> int:
    """Remove files of runs and archives that no row names and none will; return how many.

    A folder that was written to lately is left alone, for that of an archive that is brought in
    has rows only when all of it is there; so is that of a run at which a worker is: on a full disk
    it may wait for hours between its files and their row.

    Args:
        database: Has the rows.
        artifacts: Has the files.
        quiet_s: How long nobody wrote to a folder.
        is_shared: Another database keeps files here too: of runs this one does not know, all stay.
    """
    num_removed = 0
    for folder in (*artifacts.listed(FOLDER), *artifacts.listed(IMPORTED)):
        if not folder.is_folder:
            continue
        files = [file for file in artifacts.listed(folder.name) if not file.is_folder]
        before_s = time.time() - quiet_s
        if all(file.written_s is not None and file.written_s < before_s for file in files):
            names = {file.name for file in files}
            run_id = folder.name.removeprefix(f"{FOLDER}/")
            for name in _orphans(database, run_id, names, is_shared):
                artifacts.remove(name)
                num_removed += 1
    return num_removed


def _orphans(database: Database, run_id: str, names: set[str], is_shared: bool) -> set[str]:
    """Return which files of a folder no row names, none where a worker is at its run."""
    state = select(RUN.c.state).where(RUN.c.run_id == run_id)
    with database.read() as connection:
        # in this order: what a worker has named by the time it let the run go is found
        found = connection.scalar(state)
        if found in OWNED_STATES or (found is None and is_shared):
            return set()
        return names - named_by_rows(connection, names)
