"""The right to write a journal: what is said is inserted, and folded in."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, insert, select

from store.errors import KeyReusedError
from store.journal.fold import Fold
from store.names import check_key, clean_name
from store.records import Ack, Event, Gesture, ProjectState
from store.rehearsal import Rehearsal
from store.sql.database import Database
from store.sql.rows import from_event, moment
from store.sql.tables import EVENT


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
        row = self.connection.execute(
            select(EVENT).where(EVENT.c.project_id == self.project.project_id, EVENT.c.key == key)
        ).one_or_none()
        if row is not None and row.body_sha256 != body_sha256:
            raise KeyReusedError("This key was used for another request; nothing was saved.")
        return row

    def write(self, gesture: Gesture, author: str, author_id: str, body_sha256: str) -> Ack:
        """Insert a gesture whose values are final, and fold it in."""
        event = self._event(gesture, author, author_id)
        before = self.fold.state()
        self.fold.advance(event)
        return self._insert(gesture, event, before, self.fold.state(), body_sha256)

    def enter(self, rehearsal: Rehearsal, who: tuple[str, str], body_sha256: str) -> Ack:
        """Insert a gesture whose fold is there already.

        Raises:
            MovedError: somebody spoke meanwhile, or a run moved on; nothing was saved.
        """
        rehearsal.check(self.fold, self.connection, self.project.project_id)
        event = self._event(rehearsal.final, *who)
        rehearsal.after.events.amend(event)
        before, after = self.fold.state(), rehearsal.after.state()
        return self._insert(rehearsal.final, event, before, after, body_sha256)

    def _event(self, gesture: Gesture, author: str, author_id: str) -> Event:
        clock = self.connection.scalar(select(self.database.clock)) or 0.0
        return Event(
            project_id=self.project.project_id,
            seq=self.fold.seq + 1,
            verb=gesture.verb,
            author=clean_name(author, "display name", 60),
            author_id=clean_name(author_id, "session id", 100),
            created_at=moment(clock),
            samples=gesture.samples,
            values=gesture.values,
            targets=gesture.targets,
        )

    def _insert(
        self, gesture: Gesture, event: Event, before: ProjectState, after: ProjectState, sha256: str
    ) -> Ack:
        num_changed = _count_changed(before, after)
        put_off = tuple(run_id for run_id in before.run_ids if run_id not in after.run_ids)
        self.connection.execute(
            insert(EVENT),
            from_event(event) | {
                "created_at": event.created_at.timestamp(), "key": gesture.key,
                "body_sha256": sha256, "num_changed": num_changed,
            },
        )  # fmt: skip
        return Ack(event.seq, num_changed, put_off=put_off)


def _count_changed(before: ProjectState, after: ProjectState) -> int:
    """Return how many samples have another annotation or another pin."""
    is_changed = before.annotation != after.annotation
    if after.pins is not before.pins:
        is_changed[after.pins.changed(before.pins)] = True
    return int(np.count_nonzero(is_changed))
