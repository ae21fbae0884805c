"""What runs did with moves and names, as it was measured, and what became of the measuring."""

import json
from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, select

from store.errors import NotFoundError
from store.files.artifacts import Artifacts
from store.names import check_uuid
from store.queue.precedence import CONTROL
from store.records import LIVE_STATES
from store.runs.controls import forget_work, idle_controls
from store.runs.frames import named_by_rows
from store.sql.database import Database
from store.sql.rows import to_json
from store.sql.tables import RUN

Control = Literal["waiting", "measured", "stopped", "failed", "absent", "none"]
_STAMPS: Final[tuple[Control, ...]] = ("stopped", "failed", "absent")
"""What a copy's receipt says of its control, which stays behind."""


@dataclass(frozen=True)
class KeptReceipt:
    """A run's receipt."""

    figures: Mapping[str, Any]
    """As `ml/measures/receipt.py` names them; `gain` is None until it is measured."""
    control: Control
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
        if text is None:
            raise NotFoundError(
                "This run has no receipt; only one that finished with moves or new names has."
            )
        figures = json.loads(text)
        told = {name: value for name, value in figures.items() if name != "control"}
        return KeptReceipt(told, _judge(figures, states))

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


def controls_of(connection: Connection, project_id: str) -> Mapping[str, Set[str]]:
    """Return the states of the controls of a project by the run_id that they are of."""
    mine = (RUN.c.project_id == project_id) & (RUN.c.kind == CONTROL)
    states: defaultdict[str, set[str]] = defaultdict(set)
    for row in connection.execute(select(RUN.c.control_of, RUN.c.state).where(mine)):
        states[row.control_of].add(row.state)
    return states


def stamped(receipt: str | None, states: Set[str] | None) -> str | None:
    """Return a receipt as a copy has it: it says what became of the control, which stays behind.

    Args:
        receipt: As the run has it, JSON.
        states: Of its controls; None where nobody knows them, as of an archive.
    """
    if receipt is None:
        return None
    figures = json.loads(receipt)
    control = _judge(figures, LIVE_STATES if states is None else states)
    if control in ("measured", "none"):
        return receipt
    return to_json(figures | {"control": "absent" if control == "waiting" else control})


def _judge(figures: Mapping[str, Any], states: Set[str]) -> Control:
    """Return how far the measuring is by a receipt and the states of the run's controls."""
    if not figures.get("is_compared", True):
        return "none"
    if figures.get("gain") is not None:
        return "measured"
    for stamp in _STAMPS:
        if figures.get("control") == stamp:
            return stamp
    if states & (LIVE_STATES - {"stopping"}):
        return "waiting"
    return "failed" if states & {"failed", "quarantined"} else "stopped"
