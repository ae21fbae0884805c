"""Runs as people see them: ask for one, look at it, ask it to stop."""

import uuid
from dataclasses import replace
from typing import Any, Final, Literal

import numpy as np
from sqlalchemy import Connection, insert, select, update

from ml.errors import InvalidInputError, NothingToLearnError
from ml.records import RunConfig
from store.datasets.datasets import Datasets
from store.errors import (
    AlreadyRunningError,
    ConflictError,
    KeyReusedError,
    NotFoundError,
    RunEndedError,
)
from store.journal import line
from store.journal.journal import Journal
from store.journal.pen import Pen, body_digest
from store.journal.whole_state import WholeState
from store.names import check_key, check_uuid, clean_author, is_count
from store.queue.lateness import is_late
from store.queue.precedence import is_foreground
from store.queue.queue import Queue
from store.records import LIVE_STATES, Gesture, ProjectState, Run, SnapshotRow
from store.runs import controls
from store.runs.share import check_share
from store.sql.database import Database
from store.sql.rows import to_json, to_run, to_snapshot
from store.sql.run_columns import RUN_COLUMNS
from store.sql.tables import RUN, SNAPSHOT

Kind = Literal["pretrain", "fine_tune"]
_IS_SHOWN: Final = is_foreground()
NOTHING_SAID: Final = "Nothing is named yet. Lasso points and name them (keys 1 to 9), then Update."
NOTHING_NAMED: Final = (
    "Nothing is named, so a class with a place takes along only what the network takes for it."
)
ONE_CLASS: Final = "Only one class is named. A second is needed to push the points apart."


class Runs:
    """The runs of every project."""

    def __init__(
        self, database: Database, journal: Journal, datasets: Datasets, queue: Queue
    ) -> None:
        self._database = database
        self._journal = journal
        self._datasets = datasets
        self._queue = queue

    def submit(
        self,
        project_id: str,
        kind: Kind,
        config: RunConfig,
        author: str,
        author_id: str,
        key: str,
        auto_of: int | None = None,
    ) -> Run:
        """Save that a run is wanted and return it; ringing the doorbell is the caller's.

        A fine-tuning appends an `update` event. If one that no worker has touched waits already,
        it is brought to the newest annotations and this config instead of queueing a second.
        `auto_of` is the seq of the gesture that triggered an auto-update: undoing that gesture
        undoes the update too. The project decides preset and latent_dim. A pretraining is made
        once: whoever asks again gets the one that made the map, or is about to.

        Raises:
            NothingToLearnError: a fine-tuning without an annotated sample outside the held-out, a
                pin, or a class with a place.
            AlreadyRunningError: a pretraining, where fine-tunings made the map or one is live.
            KeyReusedError: the key came with another request.
            LockedError: the project is archived.
            ConflictError: many runs of this author are under way, in all projects.
        """
        sha256 = body_digest(kind, b"", {"config": config.to_json(), "auto_of": auto_of})
        if kind == "fine_tune":
            # far away it takes minutes, for which PostgreSQL keeps no transaction
            self._held_out(project_id)
        by = asker_columns(author, author_id)
        with self._journal.writing(project_id) as pen:
            project = pen.project
            config = replace(config, preset=project.preset, latent_dim=project.latent_dim)
            if kind == "pretrain":
                run_id, is_duplicate = self._pretrain(pen, config, by, key, sha256)
            else:
                values = {"config": config.to_json()} | _auto(pen, auto_of, by["author_id"])
                gesture = Gesture("update", key, values=values)
                run_id, is_duplicate = self._fine_tune(pen, gesture, by, sha256)
            return replace(run_of(pen.connection, run_id), is_duplicate=is_duplicate)

    def get(self, run_id: str) -> Run:
        """Return a run.

        Raises:
            NotFoundError: no such run.
        """
        check_uuid(run_id, "run")
        with self._database.read() as connection:
            return run_of(connection, run_id)

    def of_project(self, project_id: str) -> list[Run]:
        """Return a project's runs, oldest first; no controls and no variants."""
        of_project = (RUN.c.project_id == project_id) & _IS_SHOWN
        late = is_late(self._database.clock).label("is_late")
        query = select(*RUN_COLUMNS, late).where(of_project).order_by(RUN.c.position)
        with self._database.read() as connection:
            rows: Any = connection.execute(query)
            return [replace(to_run(row), is_late=bool(row.is_late)) for row in rows]

    def request_stop(self, run_id: str) -> Run:
        """Ask a run to stop: a waiting one is stopped at once, a running one by its worker.

        Raises:
            NotFoundError: no such run.
            RunEndedError: it has ended.
        """
        check_uuid(run_id, "run")
        with self._database.write() as connection:
            run = run_of(connection, run_id)
            if run.state not in LIVE_STATES:
                raise RunEndedError(f"The run is {run.state} already; there is nothing to stop.")
            line.ask_to_stop(connection, self._database.clock, RUN.c.run_id == run_id)
            return run_of(connection, run_id)

    def queue_position(self, run_id: str) -> int:
        """Return how many live runs go before a waiting one; 0 when it is next, or not waiting."""
        if self.get(run_id).state != "queued":
            return 0
        place = self._queue.places([run_id]).get(run_id)
        return 0 if place is None else place.num_before

    def head(self, project_id: str) -> SnapshotRow | None:
        """Return what the map shows: the newest snapshot of the last run on the line with one."""
        return self.head_of(self._journal.state(project_id))

    def head_of(self, state: WholeState) -> SnapshotRow | None:
        """Return what the map shows in a state of its project."""
        with self._database.read() as connection:
            return line.newest_snapshot(connection, state.run_ids)

    def pretrained(self, project_id: str) -> SnapshotRow | None:
        """Return the newest snapshot of the project's pretraining: the map before any name."""
        with self._database.read() as connection:
            run_id = line.newest_pretraining(connection, project_id)
            return None if run_id is None else line.newest_snapshot(connection, (run_id,))

    def snapshot(self, run_id: str, epoch: int) -> SnapshotRow:
        """Return the snapshot of one epoch.

        Raises:
            NotFoundError: no such snapshot.
        """
        query = select(SNAPSHOT).where(SNAPSHOT.c.run_id == run_id, SNAPSHOT.c.epoch == epoch)
        row = None
        if is_count(epoch):
            with self._database.read() as connection:
                row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFoundError(f"The run has no snapshot of epoch {epoch}.")
        return to_snapshot(row)

    def advice(self, project_id: str) -> str:
        """Return a sentence on what the annotations lack for learning; empty when nothing."""
        return _advice(self._journal.state(project_id), self._held_out(project_id))

    def _held_out(self, project_id: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return self._datasets.samples(self._datasets.of_project(project_id)).is_held_out

    def _pretrain(
        self, pen: Pen, config: RunConfig, by: dict[str, str], key: str, sha256: str
    ) -> tuple[str, bool]:
        """Return the pretraining, and whether it was there already."""
        check_key(key)
        project_id = pen.project.project_id
        mine = select(RUN.c.run_id, RUN.c.body_sha256).where(RUN.c.project_id == project_id)
        known = pen.connection.execute(mine.where(RUN.c.key == key)).one_or_none()
        if known is not None:
            if known.body_sha256 != sha256:
                raise KeyReusedError("This key was used for another request; nothing was saved.")
            return str(known.run_id), True
        if (maker := line.map_maker(pen.connection, project_id)) is not None:
            return maker, True
        line.check_idle(pen.connection, project_id)
        if line.newest_snapshot(pen.connection, pen.fold.state().taught_run_ids) is not None:
            raise AlreadyRunningError("This map has formed already; press Update to teach it.")
        run_id = self._insert(
            pen,
            kind="pretrain", number=0, config=to_json(config.to_json()),
            journal_seq=pen.fold.seq, key=key, body_sha256=sha256, **by,
        )  # fmt: skip
        return run_id, False

    def _fine_tune(
        self, pen: Pen, gesture: Gesture, by: dict[str, str], sha256: str
    ) -> tuple[str, bool]:
        """Return the fine-tuning, and whether this very request was saved before."""
        known = pen.known(gesture.key, sha256)
        if known is not None:
            return str(pen.fold.events[known.seq - 1].values["run_id"]), True
        is_held_out = self._datasets.samples(pen.project.dataset_id).is_held_out
        if _advice(pen.fold.state(), is_held_out) == NOTHING_SAID:
            raise NothingToLearnError(NOTHING_SAID)
        changes = {
            "config": to_json(gesture.values["config"]), "journal_seq": pen.fold.seq + 1, **by,
        }  # fmt: skip
        run_id = _waiting(pen.connection, pen.project.project_id)
        if run_id is None:
            number = line.next_number(pen.connection, pen.project.project_id)
            run_id = self._insert(pen, kind="fine_tune", number=number, **changes)
        else:
            pen.connection.execute(update(RUN).where(RUN.c.run_id == run_id).values(changes))
        event = replace(gesture, values={**gesture.values, "run_id": run_id})
        pen.write(event, **by, body_sha256=sha256)
        controls.give_way(pen.connection, self._database.clock, pen.project.project_id)
        return run_id, False

    def _insert(self, pen: Pen, **values: Any) -> str:
        run_id = str(uuid.uuid4())
        clock = self._database.clock
        project_id = pen.project.project_id
        check_share(pen.connection, values["author"], values["author_id"])
        pen.connection.execute(
            insert(RUN).values(
                run_id=run_id,
                project_id=project_id,
                position=line.next_position(pen.connection, project_id),
                state="queued",
                created_at=clock,
                rung_at=clock,
                **values,
            )
        )
        return run_id


def asker_columns(author: str, author_id: str) -> dict[str, str]:
    """Return the columns of `run` that say whose it is.

    Raises:
        InvalidInputError: as `clean_author`.
    """
    name, author_id = clean_author(author, author_id)
    return {"author": name, "author_id": author_id}


def run_of(connection: Connection, run_id: str) -> Run:
    """Return a run.

    Raises:
        NotFoundError: no such run.
    """
    row = connection.execute(select(*RUN_COLUMNS).where(RUN.c.run_id == run_id)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such run; its project may have been deleted.")
    return to_run(row)


def _advice(state: ProjectState, is_held_out: np.ndarray[Any, np.dtype[np.bool_]]) -> str:
    named = state.annotation[(state.annotation >= 0) & ~is_held_out]
    num_named = np.unique(named).size
    if num_named == 0 and state.pins.num_pins:
        return ""
    if num_named == 0 and state.class_places:
        return NOTHING_NAMED
    return (NOTHING_SAID, ONE_CLASS, "")[min(2, num_named)]


def _auto(pen: Pen, auto_of: int | None, author_id: str) -> dict[str, int]:
    """Check that an auto-update belongs to a standing gesture of its author.

    Of a part it is the first of the same act, which is what an undo names.
    """
    if auto_of is None:
        return {}
    if isinstance(auto_of, bool) or not isinstance(auto_of, int):
        raise InvalidInputError("auto_of must be the seq of a gesture.")
    events = pen.fold.events[auto_of - 1 : auto_of] if auto_of > 0 else []
    if not events or events[0].author_id != author_id or not pen.fold.state().stands(events[0]):
        raise ConflictError("The gesture this update belongs to was undone; nothing to learn.")
    return {"auto_of": int(events[0].values.get("part_of", auto_of))}


def _waiting(connection: Connection, project_id: str) -> str | None:
    """Return the project's fine-tuning that no worker has touched yet."""
    return connection.scalar(
        select(RUN.c.run_id).where(
            RUN.c.project_id == project_id,
            RUN.c.kind == "fine_tune",
            RUN.c.state == "queued",
            RUN.c.attempt == 0,
        )
    )
