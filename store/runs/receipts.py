"""What runs did with moves and names, as it was measured, and what became of the measuring."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, select

from store.errors import NotFoundError
from store.files.artifacts import Artifacts
from store.names import check_uuid
from store.queue.precedence import CONTROL, is_foreground
from store.records import LIVE_STATES
from store.runs.controls import forget_work, idle_controls
from store.runs.frames import named_by_rows
from store.sql.database import Database
from store.sql.tables import RUN


@dataclass(frozen=True)
class KeptReceipt:
    """A run's receipt."""

    figures: Mapping[str, Any]
    """As `ml/measures/receipt.py` names them; `gain` is None until it is measured."""
    control: Literal["waiting", "measured", "stopped", "failed", "absent", "none"]
    """Whether the run was compared with one that was not told of the moves; absent where there is
    none, as in a copy of a project, and none where it had names alone."""


class Receipts:
    """The receipts of every run that has one."""

    def __init__(self, database: Database, artifacts: Artifacts) -> None:
        self._database = database
        self._artifacts = artifacts

    def get(self, run_id: str) -> KeptReceipt:
        """Return the receipt of a run.

        Raises:
            NotFoundError: no such run, or nothing was moved or named for it, or it did not finish.
        """
        check_uuid(run_id, "run")
        of_run = (RUN.c.control_of == run_id) & (RUN.c.kind == CONTROL)
        with self._database.read() as connection:
            text = connection.scalar(select(RUN.c.receipt).where(RUN.c.run_id == run_id))
            states = set(connection.scalars(select(RUN.c.state).where(of_run)))
            is_newest = connection.scalar(select(~_later(run_id).exists()))
        if text is None:
            raise NotFoundError(
                "This run has no receipt; only one that finished with moves or new names has."
            )
        figures = json.loads(text)
        if not figures.get("is_compared", True):
            return KeptReceipt(figures, "none")
        if figures.get("gain") is not None:
            return KeptReceipt(figures, "measured")
        if states & (LIVE_STATES - {"stopping"}):
            return KeptReceipt(figures, "waiting")
        if not states and is_newest:
            return KeptReceipt(figures, "absent")
        is_failed = bool(states & {"failed", "quarantined"})
        return KeptReceipt(figures, "failed" if is_failed else "stopped")

    def clear(self, project_id: str) -> None:
        """Remove what controls of a project left on disk that have ended: they have served."""
        with self._database.read() as connection:
            if not idle_controls(connection, project_id):
                return
        with self._database.write() as connection:
            names = forget_work(connection, idle_controls(connection, project_id))
            names -= named_by_rows(connection, names)
        for name in names:
            self._artifacts.remove(name)


def _later(run_id: str) -> Select[tuple[str]]:
    """Select what people asked for after a run."""
    run = RUN.alias("run_itself")
    is_later = (RUN.c.project_id == run.c.project_id) & (RUN.c.position > run.c.position)
    return select(RUN.c.run_id).where(run.c.run_id == run_id, is_later, is_foreground())
