"""Data sets that a killed process left behind: rows that no project uses, and files without a row.

A process may be killed between the data set and its first project, and between the rows and the
files of a project that was deleted.
"""

import time
from typing import Final

from sqlalchemy import exists, select

from store.datasets.datasets import Datasets
from store.files.artifacts import Artifacts
from store.names import SHA256
from store.sql.database import Database
from store.sql.tables import DATASET, PROJECT

FOLDER: Final = "datasets"
QUIET_S: Final = 86_400.0
"""A data set comes before its project, and its files before its row: of one that is large and goes
far, hours before."""


def remove_leftovers(
    database: Database, datasets: Datasets, artifacts: Artifacts, quiet_s: float = QUIET_S
) -> int:
    """Remove data sets that nobody can need any more; return how many.

    Args:
        database: Has the rows.
        datasets: Removes them.
        artifacts: Has the files.
        quiet_s: How long a data set has had no project, or files no row.
    """
    is_used = exists().where(PROJECT.c.dataset_id == DATASET.c.dataset_id)
    is_old = DATASET.c.created_at < database.clock - quiet_s
    with database.read() as connection:
        unused = connection.scalars(select(DATASET.c.dataset_id).where(is_old, ~is_used)).all()
    for dataset_id in unused:
        datasets.drop_unused(dataset_id)
    without_row = [
        dataset_id
        for dataset_id in _quiet_folders(artifacts, quiet_s)
        if not datasets.is_known(dataset_id)
    ]
    for dataset_id in without_row:
        datasets.forget(dataset_id)
    return len(unused) + len(without_row)


def _quiet_folders(artifacts: Artifacts, quiet_s: float) -> list[str]:
    """Return the data sets whose files nobody wrote for so long."""
    before_s = time.time() - quiet_s
    found = []
    for folder in artifacts.listed(FOLDER):
        dataset_id = folder.name.removeprefix(f"{FOLDER}/")
        if folder.is_folder and SHA256.fullmatch(dataset_id):
            written = [file.written_s for file in artifacts.listed(folder.name)]
            if all(moment is not None and moment < before_s for moment in written):
                found.append(dataset_id)
    return found
