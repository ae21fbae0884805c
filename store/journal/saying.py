"""How something gets into a journal: alone, with what others say, or worked out before."""

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, select

from ml.errors import LodemapError
from store.datasets.datasets import Datasets
from store.errors import StoreUnavailableError
from store.journal import line
from store.journal.fold import Fold
from store.journal.folds import Folds, Slot
from store.journal.gestures import settle
from store.journal.pen import Pen, body_digest, check_open, project_row
from store.journal.rehearsal import (
    FAR,
    TRIES,
    MovedError,
    Rehearsal,
    goes_far_back,
    rehearse,
    with_consequences,
)
from store.journal.turns import Turn, write_down
from store.records import Ack, Gesture
from store.sql.database import BUSY, Database
from store.sql.tables import EVENT

QUICK_S: Final = 0.5
"""So long everybody else may wait for something far back that was overtaken once."""
ASKS_FOR_DATA: Final = ("move", "pin")
"""Verbs for which it matters what is held out; `settle` asks."""
MANY_LATE: Final = 500
"""So many events may be read while a journal is locked; more are read before."""


class Saying:
    """The journal's own hand; one object serves all threads of a process."""

    def __init__(self, database: Database, datasets: Datasets, folds: Folds) -> None:
        self._database = database
        self._datasets = datasets
        self._folds = folds

    def append(self, project_id: str, gesture: Gesture, author: str, author_id: str) -> Ack:
        """Save a gesture; `Journal.append` says what it raises."""
        turn = Turn(gesture, author, author_id, digest_of(gesture))
        slot = self._folds.slot(project_id)
        if gesture.verb in ASKS_FOR_DATA:
            # far away they take minutes, for which PostgreSQL keeps no transaction
            self._datasets.samples(self._datasets.of_project(project_id))
        is_quick = False
        for _ in range(TRIES):
            began = time.monotonic()
            # after a try that took no time nobody of this process may speak meanwhile
            with slot.lock if is_quick else nullcontext():
                rehearsal = self._rehearsed(slot, turn)
                if rehearsal is None:
                    return self._said_with_others(slot, turn)
                is_quick = time.monotonic() - began < QUICK_S
                with suppress(MovedError):
                    return self._entered(slot, turn, rehearsal)
        raise StoreUnavailableError(BUSY)

    def append_after(
        self, project_id: str, seq: int, said: Sequence[tuple[Gesture, str, str]]
    ) -> list[Ack]:
        """Save gestures with their authors, right after event `seq` and in one transaction.

        Raises:
            MovedError: `seq` is not the newest event any more; nothing was saved.
            LodemapError: as `Journal.append`; nothing was saved.
        """
        turns = [Turn(*each, digest_of(each[0])) for each in said]
        with self.writing(project_id) as pen:
            if pen.fold.seq != seq:
                raise MovedError
            return [self._said(pen, turn) for turn in turns]

    def _rehearsed(self, slot: Slot, turn: Turn) -> Rehearsal | None:
        """Work out what goes far back; None for what does not, or was saved before."""
        gesture, project_id = turn.gesture, slot.project_id
        if gesture.verb not in FAR or slot.holds_all:
            return None
        with slot.lock:
            project, fold = self._read_ahead(slot)
            if not goes_far_back(gesture, turn.author_id, fold):
                return None
            twin = fold.twin()
        with self._database.read() as connection:
            mine = (EVENT.c.project_id == project_id) & (EVENT.c.key == gesture.key)
            if connection.execute(select(EVENT.c.seq).where(mine)).first() is not None:
                return None
        check_open(project)
        settled = settle(gesture, turn.author_id, twin, lambda: self._held_out(project))
        with self._database.read() as connection:
            final = with_consequences(settled, connection, project_id, twin)
        return rehearse(settled, final, turn.who, project_id, twin)

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

    def _entered(self, slot: Slot, turn: Turn, rehearsal: Rehearsal) -> Ack:
        """Save what was worked out; the fold goes on with it."""
        with self._writing(slot) as pen:
            if (known := pen.known(turn.gesture.key, turn.body_sha256)) is not None:
                return Ack(known.seq, known.num_changed, is_duplicate=True)
            ack = pen.enter(rehearsal, turn.who, turn.body_sha256)
            slot.fold = rehearsal.after
            return self._followed(replace(pen, fold=rehearsal.after), turn, ack)

    def _said_with_others(self, slot: Slot, turn: Turn) -> Ack:
        slot.waiting.append(turn)
        with slot.lock:
            if not turn.is_over:
                turns = turn.with_waiting(slot.waiting)
                write_down(turns, lambda turns: self._save(slot, turns))
        return turn.answer()

    def _save(self, slot: Slot, turns: list[Turn]) -> None:
        """Save what some people say, in one transaction; whose gesture is refused is told so."""
        with self._writing(slot) as pen:
            for turn in turns:
                turn.ack = turn.error = None
                try:
                    final = self._settled(pen, turn)
                except LodemapError as error:  # nothing of this one has been written
                    turn.error = error
                    continue
                turn.ack = self._written(pen, turn, final)

    def _said(self, pen: Pen, turn: Turn) -> Ack:
        return self._written(pen, turn, self._settled(pen, turn))

    def _written(self, pen: Pen, turn: Turn, final: Gesture | Ack) -> Ack:
        """Write a gesture as its event says it, unless it was answered before."""
        if isinstance(final, Ack):
            return final
        return self._followed(pen, turn, pen.write(final, *turn.who, turn.body_sha256))

    def _settled(self, pen: Pen, turn: Turn) -> Gesture | Ack:
        """Return a gesture as its event says it, or how it was answered before; writes nothing."""
        if (known := pen.known(turn.gesture.key, turn.body_sha256)) is not None:
            return Ack(known.seq, known.num_changed, is_duplicate=True)
        settled = settle(
            turn.gesture, turn.author_id, pen.fold, lambda: self._held_out(pen.project)
        )
        return with_consequences(settled, pen.connection, pen.project.project_id, pen.fold)

    def _followed(self, pen: Pen, turn: Turn, ack: Ack) -> Ack:
        """Let the project's runs follow what was saved."""
        if turn.gesture.verb in line.TURNING:
            line.follow(pen.connection, self._database.clock, pen.fold, ack.put_off)
        return ack

    def writing(self, project_id: str) -> AbstractContextManager[Pen]:
        """Yield the pen of a project; `Journal.writing` says what it means."""
        return self._writing(self._folds.slot(project_id))

    @contextmanager
    def _writing(self, slot: Slot) -> Iterator[Pen]:
        with slot.lock, ExitStack() as on_failure:
            if slot.is_behind:
                self._read_ahead(slot)
            with self._database.write() as connection:
                self._database.take_turn(connection, slot.project_id)
                project = project_row(connection, slot.project_id)
                check_open(project)
                fold = self._folds.caught_up(slot, connection, project, is_locked=True)
                on_failure.callback(_forget_ahead, slot, fold, fold.seq)
                yield Pen(connection, self._database, project, fold)
            on_failure.pop_all()
            self._folds.keep(slot)

    def _held_out(self, project: Row[Any]) -> NDArray[np.bool_]:
        return self._datasets.samples(project.dataset_id).is_held_out


def digest_of(gesture: Gesture) -> str:
    """Return the sha256 by which a repeated request is told from another one."""
    return body_digest(gesture.verb, gesture.samples, gesture.values, gesture.targets)


def _forget_ahead(slot: Slot, fold: Fold, seq: int) -> None:
    """Throw a fold away that is ahead of what was committed."""
    if slot.fold is not fold or fold.seq != seq:
        slot.forget()
