"""The journal: events are appended here, once each, and folded into states."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from store.datasets.datasets import Datasets
from store.errors import NotFoundError, StoreUnavailableError
from store.files.cache import Cache
from store.journal import line
from store.journal.fold import Fold
from store.journal.folds import Folds, rest
from store.journal.pen import Pen, project_row
from store.journal.rehearsal import TRIES, MovedError
from store.journal.saying import Saying
from store.journal.whole_state import WholeState
from store.records import Ack, Event, Gesture, ProjectState
from store.sql.database import BUSY, Database
from store.sql.rows import to_event
from store.sql.tables import EVENT


class Journal:
    """Every project's events; one object serves all threads of a process."""

    def __init__(self, database: Database, datasets: Datasets, cache: Cache) -> None:
        self._database = database
        self._folds = Folds(database, cache)
        self._saying = Saying(database, datasets, self._folds)

    def forget(self, project_id: str) -> None:
        """Let go what this process has in memory of a project that was deleted."""
        self._folds.forget(project_id)

    def append(self, project_id: str, gesture: Gesture, author: str, author_id: str) -> Ack:
        """Save a gesture; when this returns, it is durable.

        Raises:
            NotFoundError: no such project.
            LockedError: the project is archived.
            InvalidInputError: the gesture breaks a rule; the sentence says which.
            ConflictError: a stale class, a reused key, or nothing to undo.
            DiskFullError: no room. In every case nothing was saved.
            StoreUnavailableError: the database does not answer. Whether the gesture was saved is
                not known where it was to commit; sent again with its key it is saved once.
        """
        return self._saying.append(project_id, gesture, author, author_id)

    def append_all(
        self,
        project_id: str,
        work_out: Callable[[ProjectState], Sequence[Gesture]],
        author: str,
        author_id: str,
    ) -> list[Ack]:
        """Save gestures that belong together: all of them, one after the other, or none.

        Args:
            project_id: The project.
            work_out: Gives them, from the state they follow at once. Where somebody speaks
                meanwhile it is called again, while nobody else of this process may speak.
            author: Display name of whoever says them.
            author_id: Their session id.

        Raises:
            LodemapError: as `append`; nothing was saved. Also what `work_out` raises.
        """
        slot = self._folds.slot(project_id)
        for nth in range(TRIES):
            with slot.lock if nth else nullcontext():
                state = self.state(project_id)
                said = [(each, author, author_id) for each in work_out(state)]
                with suppress(MovedError):
                    return self._saying.append_after(project_id, state.seq, said) if said else []
        raise StoreUnavailableError(BUSY)

    def state(
        self, project_id: str, seq: int | None = None, pause: Callable[[], None] = rest
    ) -> WholeState:
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
                return WholeState.of(slot.remember(fold.state()), first)
            if (known := slot.recent.get(seq)) is not None:
                return WholeState.of(known, first)
            empty = Fold(fold.num_samples, fold.latent_dim, read=self._folds.reader(project_id))
        # which takes its time: nobody who speaks waits for it, and who asks for the same does
        with slot.reading:
            if (then := slot.recent.get(seq)) is None:
                then = self._folds.read_on(project_id, empty, seq, pause).state()
            with slot.lock:
                return WholeState.of(slot.remember(then), first)

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
        known = self.recent_annotation(project_id, seq)
        return self.state(project_id, seq, pause).annotation if known is None else known

    def recent_annotation(self, project_id: str, seq: int) -> NDArray[np.int16] | None:
        """Return the annotations after event `seq` where they are in memory still, read-only."""
        known = self._folds.slot(project_id).recent.get(seq)
        return None if known is None else known.annotation

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

    def writing(self, project_id: str) -> AbstractContextManager[Pen]:
        """Yield the pen of a project; leaving without an error commits.

        The fold's lock is always taken before the database's, so two threads cannot wait for
        each other. A fold that got ahead of a failed transaction is thrown away.

        Raises:
            NotFoundError: no such project.
            LockedError: the project is archived.
        """
        return self._saying.writing(project_id)
