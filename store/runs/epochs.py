"""What the epochs of runs measured: read-only, for tables and curves."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from store.names import check_uuid, is_count
from store.records import SnapshotRow
from store.sql.database import Database
from store.sql.rows import to_snapshot
from store.sql.run_columns import num_moved_in, receipt_head
from store.sql.tables import RUN, SNAPSHOT

MOST: Final = 500
"""Epochs told at once: more than any preset allows a run."""


@dataclass(frozen=True)
class Record:
    """What a row of the table shows beside the run's own figures."""

    accuracy: list[float | None]
    """Held-out accuracy of each epoch, oldest first; None where withheld."""
    num_named: int | None
    """Samples whose names taught it; None before its first epoch."""
    num_moved: int | None
    """Samples moved since its parent; None where nobody counted."""


class Epochs:
    """The epochs of every run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def after(self, run_id: str, epoch: int) -> list[SnapshotRow]:
        """Return at most 500 snapshots of a run later than `epoch`, in order; -1 for all."""
        check_uuid(run_id, "run")
        if epoch != -1 and not is_count(epoch):
            return []
        later = (SNAPSHOT.c.run_id == run_id) & (SNAPSHOT.c.epoch > epoch)
        query = select(SNAPSHOT).where(later).order_by(SNAPSHOT.c.epoch).limit(MOST)
        with self._database.read() as connection:
            return [to_snapshot(row) for row in connection.execute(query)]

    def records(self, project_id: str) -> Mapping[str, Record]:
        """Return the record of each run of a project that has an epoch, by run_id."""
        check_uuid(project_id, "project")
        mine = RUN.c.project_id == project_id
        of_runs = SNAPSHOT.c.run_id.in_(select(RUN.c.run_id).where(mine))
        epochs = select(SNAPSHOT.c.run_id, SNAPSHOT.c.metrics).where(of_runs)
        receipts = select(RUN.c.run_id, receipt_head()).where(mine, RUN.c.receipt.is_not(None))
        metrics = defaultdict(list)
        with self._database.read() as connection:
            for row in connection.execute(epochs.order_by(SNAPSHOT.c.run_id, SNAPSHOT.c.epoch)):
                metrics[row.run_id].append(json.loads(row.metrics))
            moved = {
                row.run_id: num_moved_in(row.receipt_head) for row in connection.execute(receipts)
            }
        return {
            run_id: Record(
                accuracy=[each.get("held_out_accuracy") for each in of_run],
                num_named=_whole(of_run[-1].get("num_annotated")),
                num_moved=moved.get(run_id),
            )
            for run_id, of_run in metrics.items()
        }


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
