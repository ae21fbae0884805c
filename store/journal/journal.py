"""The journal: events are appended here, once each, and folded into states."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, select

from store.datasets.datasets import Datasets
from store.errors import LockedError, NotFoundError, StoreUnavailableError
from store.files.cache import Cache
from store.journal import line
from store.journal.fold import Fold
from store.journal.folds import Folds, Slot, rest
from store.journal.gestures import settle
from store.pen import Pen as Pen
from store.records import Ack, Event, Gesture, ProjectState
from store.rehearsal import (
    FAR,
    TRIES,
    MovedError,
    Rehearsal,
    goes_far_back,
    rehearse,
    with_consequences,
)
from store.sql.database import BUSY, Database
from store.sql.rows import to_event, to_json
from store.sql.tables import DATASET, EVENT, PROJECT

LINE_VERBS: Final = frozenset({"undo", "redo", "reset", "checkout"})
"""Verbs after which a run may be off the line."""
MANY_LATE: Final = 500
"""So many events may be read while a journal is locked; more are read before."""


class Journal:
    """Every project's events; one object serves all threads of a process."""

    def __init__(self, database: Database, datasets: Datasets, cache: Cache) -> None:
        self._database = database
        self._datasets = datasets
        self._folds = Folds(database, cache)

    def append(self, project_id: str, gesture: Gesture, author: str, author_id: str) -> Ack:
        """Save a gesture; when this returns, it is durable.

        Raises:
            NotFoundError: no such project.
            LockedError: the project is archived.
            InvalidInputError: the gesture breaks a rule; the sentence says which.
            ConflictError: a stale class, a reused key, or nothing to undo.
            DiskFullError: no room. In every case nothing was saved.
        """
        sha256 = body_digest(gesture.verb, gesture.samples, gesture.values, gesture.targets)
        who, slot = (author, author_id), self._folds.slot(project_id)
        for nth in range(TRIES):
            # at first nobody waits for it; then nobody of this process may speak meanwhile
            with slot.lock if nth else nullcontext():
                rehearsal = self._rehearsed(slot, gesture, who)
                with suppress(MovedError):
                    return self._append(slot, gesture, who, sha256, rehearsal)
        raise StoreUnavailableError(BUSY)

    def _rehearsed(self, slot: Slot, gesture: Gesture, who: tuple[str, str]) -> Rehearsal | None:
        """Work out what goes far back; None for what does not, or was saved before."""
        if gesture.verb not in FAR:
            return None
        project_id = slot.project_id
        with slot.lock:
            project, fold = self._read_ahead(slot)
            if not goes_far_back(gesture, who[1], fold):
                return None
            twin = fold.twin()
        with self._database.read() as connection:
            mine = (EVENT.c.project_id == project_id) & (EVENT.c.key == gesture.key)
            if connection.execute(select(EVENT.c.seq).where(mine)).first() is not None:
                return None
        check_open(project)
        settled = settle(gesture, who[1], twin, lambda: self._held_out(project))
        with self._database.read() as connection:
            final = with_consequences(settled, connection, project_id, twin)
        return rehearse(settled, final, who, project_id, twin)

    def _read_ahead(self, slot: Slot) -> tuple[Row[Any], Fold]:
        """Catch a fold up while nobody waits for the database, but for what is said meanwhile.

        To be called with the lock of the slot.
        """
        for _ in range(TRIES):
            before = 0 if slot.fold is None else slot.fold.seq
            with self._database.read() as connection:
                project = project_row(connection, slot.project_id)
                fold = self._folds.caught_up(slot, connection, project)
            if fold.seq - before <= MANY_LATE:
                break
        return project, fold

    def _append(
        self,
        slot: Slot,
        gesture: Gesture,
        who: tuple[str, str],
        sha256: str,
        rehearsal: Rehearsal | None,
    ) -> Ack:
        with self.writing(slot.project_id) as pen:
            if (row := pen.known(gesture.key, sha256)) is not None:
                return Ack(row.seq, row.num_changed, is_duplicate=True)
            if rehearsal is not None:
                ack = pen.enter(rehearsal, who, sha256)
                slot.fold = rehearsal.after
                pen = replace(pen, fold=rehearsal.after)
            else:
                settled = settle(gesture, who[1], pen.fold, lambda: self._held_out(pen.project))
                final = with_consequences(settled, pen.connection, slot.project_id, pen.fold)
                ack = pen.write(final, *who, sha256)
            if gesture.verb in LINE_VERBS:
                line.follow(pen.connection, self._database.clock, pen.fold, ack.put_off)
            return ack

    def state(
        self, project_id: str, seq: int | None = None, pause: Callable[[], None] = rest
    ) -> ProjectState:
        """Return the state after the newest event, or as it was after event `seq`.

        Args:
            project_id: The project.
            seq: Position of its journal, None for the newest.
            pause: Called now and then while an older state is read; may raise.

        Raises:
            NotFoundError: no such project, or its journal is shorter than `seq`.
        """
        slot = self._folds.slot(project_id)
        with slot.lock:
            with self._database.read() as connection:
                fold = self._folds.caught_up(slot, connection, project_row(connection, project_id))
                first = line.newest_pretraining(connection, project_id)
            self._folds.keep(slot)
            if seq is not None and not 0 <= seq <= fold.seq:
                raise NotFoundError(f"The journal has no event {seq}; it ends at {fold.seq}.")
            if seq is None or seq == fold.seq:
                return with_pretraining(slot.remember(fold.state()), first)
            if (known := slot.recent.get(seq)) is not None:
                return with_pretraining(known, first)
            empty = Fold(fold.num_samples, fold.latent_dim, read=self._folds.reader(project_id))
        # which takes its time: nobody who speaks waits for it
        then = self._folds.read_on(project_id, empty, seq, pause).state()
        with slot.lock:
            return with_pretraining(slot.remember(then), first)

    def fold_at(self, project_id: str, seq: int, pause: Callable[[], None] = rest) -> Fold:
        """Return a fold of one's own that ends with event `seq`; it reads old events itself.

        Raises:
            NotFoundError: no such project.
        """
        with self._database.read() as connection:
            project = project_row(connection, project_id)
        read = self._folds.reader(project_id)
        empty = Fold(project.num_samples, project.latent_dim, read=read)
        return self._folds.read_on(project_id, empty, seq, pause)

    def event(self, project_id: str, seq: int) -> Event:
        """Return event `seq`, from memory where this process has folded it in.

        Raises:
            NotFoundError: no such project, or its journal is shorter than `seq`.
        """
        slot = self._folds.slot(project_id)
        with slot.lock:
            if slot.fold is None or slot.fold.seq < seq:
                with self._database.read() as connection:
                    self._folds.caught_up(slot, connection, project_row(connection, project_id))
            if slot.fold is None or not 1 <= seq <= slot.fold.seq:
                raise NotFoundError(f"The journal has no event {seq}.")
            return slot.fold.events[seq - 1]

    def annotation(
        self, project_id: str, seq: int, pause: Callable[[], None] = rest
    ) -> NDArray[np.int16]:
        """Return the annotations after event `seq`, shape (num_samples,), read-only.

        Args and errors are those of `state`.
        """
        known = self._folds.slot(project_id).recent.get(seq)
        return self.state(project_id, seq, pause).annotation if known is None else known.annotation

    def between(self, project_id: str, after: int, until: int) -> list[Event]:
        """Return the events with `after < seq <= until`, from memory where they are recent.

        Raises:
            NotFoundError: no such project, or its journal is shorter than `until`.
        """
        self.event(project_id, until)
        slot = self._folds.slot(project_id)
        with slot.lock:
            if slot.fold is not None:
                return list(slot.fold.events.between(after, until))
        return self.events(project_id, after, until - after)

    def events(self, project_id: str, after: int = 0, limit: int = 500) -> list[Event]:
        """Return at most `limit` events with `seq > after`, oldest first.

        Raises:
            NotFoundError: no such project.
        """
        of_project = (EVENT.c.project_id == project_id) & (EVENT.c.seq > after)
        with self._database.read() as connection:
            project_row(connection, project_id)
            query = select(EVENT).where(of_project).order_by(EVENT.c.seq).limit(limit)
            return [to_event(row) for row in connection.execute(query)]

    @contextmanager
    def writing(self, project_id: str) -> Iterator[Pen]:
        """Yield the pen of a project; leaving without an error commits.

        The fold's lock is always taken before the database's, so two threads cannot wait for
        each other. A fold that got ahead of a failed transaction is thrown away.

        Raises:
            NotFoundError: no such project.
            LockedError: the project is archived.
        """
        slot = self._folds.slot(project_id)
        with slot.lock, ExitStack() as on_failure:
            self._read_ahead(slot)
            with self._database.write() as connection:
                self._database.lock_project(connection, project_id)
                project = project_row(connection, project_id)
                check_open(project)
                fold = self._folds.caught_up(slot, connection, project, is_locked=True)
                on_failure.callback(_forget_ahead, slot, fold, fold.seq)
                yield Pen(connection, self._database, project, fold)
            on_failure.pop_all()
            self._folds.keep(slot)

    def _held_out(self, project: Row[Any]) -> NDArray[np.bool_]:
        return self._datasets.samples(project.dataset_id).is_held_out


def check_open(project: Row[Any]) -> None:
    """Check that a project may be changed.

    Raises:
        LockedError: it is archived.
    """
    if project.archived_at is not None:
        raise LockedError(f"'{project.name}' is archived and cannot be changed; restore it first.")


def _forget_ahead(slot: Slot, fold: Fold, seq: int) -> None:
    """Throw a fold away that is ahead of what was committed."""
    if slot.fold is not fold or fold.seq != seq:
        slot.forget()


def body_digest(verb: str, samples: bytes, values: Mapping[str, Any], targets: bytes = b"") -> str:
    """Return the sha256 by which a repeated request is told from another one."""
    try:
        text = to_json(values)
    except (TypeError, ValueError, RecursionError):
        text = repr(values)  # a request this odd is refused further on; it still has an identity
    parts = [verb.encode(), text.encode(), samples]
    parts += [targets, str(len(targets)).encode()] if targets else []
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def with_pretraining(state: ProjectState, run_id: str | None) -> ProjectState:
    """Return the state with the pretraining at the head of its line."""
    if run_id is None:
        return state
    return replace(state, run_ids=(run_id, *state.run_ids))


def project_row(connection: Connection, project_id: str) -> Row[Any]:
    """Return the project's row together with its data set's num_samples.

    Raises:
        NotFoundError: no such project.
    """
    query = (
        select(PROJECT, DATASET.c.num_samples)
        .join(DATASET, DATASET.c.dataset_id == PROJECT.c.dataset_id)
        .where(PROJECT.c.project_id == project_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError("There is no such project; it may have been deleted.")
    return row
