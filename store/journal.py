"""The journal: events are appended here, once each, and folded into states."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, String, bindparam, insert, select

from ml.errors import LodemapError
from store import line
from store.cache import Cache
from store.consequences import consequences
from store.database import CLOCKS, Database, clock_of
from store.datasets import Datasets
from store.errors import KeyReusedError, LockedError, NotFoundError
from store.fold import Fold
from store.folds import Folds
from store.gestures import settle
from store.names import check_key, clean_name
from store.past import Past
from store.records import Ack, Event, Gesture, ProjectState
from store.rows import from_event, moment, to_event, to_json
from store.tables import DATASET, EVENT, PROJECT
from store.turns import Turn, write_down

LINE_VERBS: Final = frozenset({"undo", "redo", "reset", "checkout"})
"""Verbs after which a run may be off the line."""
# made once: putting a statement together costs as much as running it
_MINE: Final = bindparam("project_id", type_=String)
_KNOWN: Final = select(EVENT).where(EVENT.c.project_id == _MINE, EVENT.c.key == bindparam("key"))
_INSERT: Final = insert(EVENT)
_PROJECT: Final = {
    dialect: select(PROJECT, DATASET.c.num_samples, clock_of(dialect).label("now"))
    .join(DATASET, DATASET.c.dataset_id == PROJECT.c.dataset_id)
    .where(PROJECT.c.project_id == _MINE)
    for dialect in CLOCKS
}


@dataclass(frozen=True)
class Pen:
    """The right to write one project's journal, inside one transaction."""

    connection: Connection
    database: Database
    project: Row[Any]
    fold: Fold

    def known(self, key: str, body_sha256: str) -> Row[Any] | None:
        """Return the event this request wrote before, None when it is new.

        Raises:
            KeyReusedError: when the key came with another request.
        """
        check_key(key)
        mine = {"project_id": self.project.project_id, "key": key}
        row = self.connection.execute(_KNOWN, mine).one_or_none()
        if row is not None and row.body_sha256 != body_sha256:
            raise KeyReusedError("This key was used for another request; nothing was saved.")
        return row

    def write(self, gesture: Gesture, author: str, author_id: str, body_sha256: str) -> Ack:
        """Insert a gesture whose values are final, and fold it in."""
        event = Event(
            project_id=self.project.project_id,
            seq=self.fold.seq + 1,
            verb=gesture.verb,
            author=clean_name(author, "display name", 60),
            author_id=clean_name(author_id, "session id", 100),
            created_at=moment(self.project.now),
            samples=gesture.samples,
            values=gesture.values,
            targets=gesture.targets,
        )
        before = self.fold.state()
        self.fold.advance(event)
        after = self.fold.state()
        num_changed = _count_changed(before, after)
        put_off = tuple(run_id for run_id in before.run_ids if run_id not in after.run_ids)
        self.connection.execute(
            _INSERT,
            from_event(event) | {
                "created_at": self.project.now, "key": gesture.key,
                "body_sha256": body_sha256, "num_changed": num_changed,
            },
        )  # fmt: skip
        return Ack(event.seq, num_changed, put_off=put_off, event=event, state=after)


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
        turn = Turn(gesture, author, author_id, sha256)
        slot = self._folds.slot(project_id)
        slot.waiting.append(turn)
        with slot.lock:
            if not turn.is_over:
                turns = turn.with_waiting(slot.waiting)
                write_down(turns, lambda turns: self._save(project_id, turns))
        return turn.answer()

    def _save(self, project_id: str, turns: list[Turn]) -> None:
        """Save what some people say, in one transaction; whose gesture is refused is told so."""
        with self.writing(project_id) as pen:
            for turn in turns:
                turn.ack = turn.error = None
                try:
                    final = self._settled(pen, turn)
                except LodemapError as error:  # nothing of this one has been written
                    turn.error = error
                    continue
                turn.ack = final if isinstance(final, Ack) else self._written(pen, turn, final)

    def _settled(self, pen: Pen, turn: Turn) -> Gesture | Ack:
        """Return a gesture as its event says it, or how it was answered before; writes nothing."""
        gesture, project_id = turn.gesture, pen.project.project_id
        if (row := pen.known(gesture.key, turn.body_sha256)) is not None:
            return Ack(row.seq, row.num_changed, is_duplicate=True)
        final = settle(gesture, turn.author_id, pen.fold, lambda: self._held_out(pen))
        more = consequences(final, pen.connection, project_id, pen.fold)
        return replace(final, values={**final.values, **more})

    def _written(self, pen: Pen, turn: Turn, final: Gesture) -> Ack:
        ack = pen.write(final, turn.author, turn.author_id, turn.body_sha256)
        if final.verb in LINE_VERBS:
            line.follow(pen.connection, self._database.clock, pen.fold, ack.put_off)
        return ack

    def state(self, project_id: str, seq: int | None = None) -> ProjectState:
        """Return the state after the newest event, or as it was after event `seq`.

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
            shape = (fold.num_samples, fold.latent_dim)
        # from nothing, which takes its time: nobody who speaks waits for it
        events = Past(seq, self._folds.reader(project_id))
        return with_pretraining(Fold.of(shape[0], events, shape[1]).state(), first)

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

    def annotation(self, project_id: str, seq: int) -> NDArray[np.int16]:
        """Return the annotations after event `seq`, shape (num_samples,), read-only.

        Raises:
            NotFoundError: no such project, or its journal is shorter than `seq`.
        """
        known = self.recent_annotation(project_id, seq)
        return self.state(project_id, seq).annotation if known is None else known

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
        with slot.lock:
            is_committed = False
            try:
                with self._database.write() as connection:
                    self._database.lock_project(connection, project_id)
                    project = project_row(connection, project_id)
                    if project.archived_at is not None:
                        raise LockedError(
                            f"'{project.name}' is archived and cannot be changed; restore it first."
                        )
                    fold = self._folds.caught_up(slot, connection, project)
                    yield Pen(connection, self._database, project, fold)
                is_committed = True
            finally:
                if not is_committed:
                    slot.forget()
            self._folds.keep(slot)

    def _held_out(self, pen: Pen) -> NDArray[np.bool_]:
        return self._datasets.samples(pen.project.dataset_id).is_held_out


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
    """Return the project's row, its data set's num_samples, and `now` by the database's clock.

    Raises:
        NotFoundError: no such project.
    """
    query = _PROJECT[connection.dialect.name]
    row = connection.execute(query, {"project_id": project_id}).one_or_none()
    if row is None:
        raise NotFoundError("There is no such project; it may have been deleted.")
    return row


def _count_changed(before: ProjectState, after: ProjectState) -> int:
    """Return how many samples have another annotation or another pin."""
    is_changed = before.annotation != after.annotation
    if after.pins is not before.pins:
        is_changed[after.pins.changed(before.pins)] = True
    return int(np.count_nonzero(is_changed))
