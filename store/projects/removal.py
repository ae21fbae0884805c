"""Projects on their way out: nobody sees one any more at once, rows and files go a few at a time.

So ends what is deleted, a copy that failed, and what a killed process left half made. Until its
last row is gone a project that was for members only stays so, and its data set is nobody's.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from sqlalchemy import Connection, or_, select, union, update

from store.datasets.datasets import Datasets
from store.endurance import Endurance
from store.files.artifacts import Artifacts
from store.journal.pen import project_row
from store.people.invites import end_invites_to
from store.projects.unseen import BUSY_S, LEAVING, Unseen, new_word
from store.queue.lateness import is_from_the_future
from store.records import LIVE_STATES
from store.runs.frames import named_by_rows
from store.runs.moments import moments_near_end
from store.sql.database import Database
from store.sql.tables import FRAME, PROJECT, RUN, SNAPSHOT

STALE_S: Final = 600.0
"""A half on its way in that nobody has been at for so long was left behind."""
LONG_AGO: Final = 0.0
"""When somebody was at what is to be removed: whoever looks first goes on with it."""


class Removals:
    """All of them."""

    def __init__(self, database: Database, datasets: Datasets, artifacts: Artifacts) -> None:
        self._database = database
        self._datasets = datasets
        self._artifacts = artifacts
        self._endurance = Endurance("A project that was deleted or left half made stays for now")
        self.hasten: Callable[[], None] = self.sweep
        """Has what is on its way out removed: here and now, in an app by a thread of its own
        (`tasks/sweeper.py`)."""
        self.has_left = False
        """Whether the last sweep left some: they could not be removed, or somebody is at them."""

    def begin(self, project_id: str) -> None:
        """Let nobody see a project any more; a worker on one of its runs finds the run lost.

        Raises:
            NotFoundError: no such project.
        """
        clock = self._database.clock
        with self._database.write() as connection:
            self._database.take_turn(connection, project_id)
            project_row(connection, project_id)
            unseen = {"name": new_word(LEAVING), "draft_at": LONG_AGO}
            this = PROJECT.c.project_id == project_id
            connection.execute(update(PROJECT).where(this).values(unseen))
            end_invites_to(connection, project_id, clock)
            is_live = (RUN.c.project_id == project_id) & RUN.c.state.in_(LIVE_STATES)
            stopped = {"state": "stopped", "owner": None, "lease_until": 0.0, "ended_at": clock}
            connection.execute(update(RUN).where(is_live).values(stopped))
        self.hasten()

    def sweep(self) -> None:
        """Go on with what was begun, and remove what was left half made."""
        clock = self._database.clock
        is_leaving = PROJECT.c.name.startswith(LEAVING) & PROJECT.c.draft_at.is_not(None)
        is_left = or_(
            PROJECT.c.draft_at < clock - STALE_S,
            is_leaving & (PROJECT.c.draft_at < clock - BUSY_S),
            is_from_the_future(PROJECT.c.draft_at, clock),
        )
        query = select(PROJECT, is_left.label("is_left")).where(or_(is_left, is_leaving))
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        gone = [
            row.is_left
            and self.carry_on(Unseen(self._database, row.project_id, row.name), row.dataset_id)
            for row in rows
        ]
        self.has_left = not all(gone)

    def carry_on(self, unseen: Unseen, dataset_id: str) -> bool:
        """Remove one; what keeps it from that is said in the log, and it is swept later."""
        return self._endurance.do(partial(self._remove, unseen, dataset_id))

    def _remove(self, unseen: Unseen, dataset_id: str) -> None:
        """Remove one, its files that no copy shares, and its data set where no other is on it."""
        if (mine := unseen.taken()) is None:
            return
        with self._database.read() as connection:
            names = _artifact_names(connection, mine.project_id)
        mine.clear()
        with self._database.write() as connection:
            # copies share files and a data set: two that go at once take turns
            self._database.take_turn(connection, dataset_id)
            if not mine.drop_in(connection):
                return
            names -= named_by_rows(connection, names)
            is_unused = self._datasets.end_unused(connection, dataset_id)
        for name in names:
            self._artifacts.remove(name)
        if is_unused:
            self._datasets.forget(dataset_id)


def _artifact_names(connection: Connection, project_id: str) -> set[str]:
    mine = RUN.c.project_id == project_id
    run_ids = select(RUN.c.run_id).where(mine)
    query = union(
        select(FRAME.c.artifact).where(FRAME.c.run_id.in_(run_ids)),
        select(FRAME.c.field).where(FRAME.c.run_id.in_(run_ids), FRAME.c.field.is_not(None)),
        select(SNAPSHOT.c.checkpoint).where(SNAPSHOT.c.run_id.in_(run_ids)),
    )
    return set(connection.scalars(query)) | moments_near_end(connection, mine)
