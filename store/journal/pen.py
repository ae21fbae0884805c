"""The right to write a journal: what is said is inserted, and folded in."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Row, String, bindparam, insert, select

from store.errors import KeyReusedError, LockedError, NoProjectError
from store.journal.fold import Fold
from store.journal.rehearsal import Rehearsal
from store.names import check_key, clean_author
from store.records import Ack, Event, Gesture, ProjectState
from store.sql.database import CLOCKS, Database, clock_of
from store.sql.rows import from_event, moment, to_json
from store.sql.tables import DATASET, EVENT, PROJECT

# made once: putting a statement together costs as much as running it
_MINE: Final = bindparam("project_id", type_=String)
_KNOWN: Final = select(EVENT).where(EVENT.c.project_id == _MINE, EVENT.c.key == bindparam("key"))
_INSERT: Final = insert(EVENT)
_PROJECT: Final = {
    dialect: select(PROJECT, DATASET.c.num_samples, clock_of(dialect).label("now"))
    .join(DATASET, DATASET.c.dataset_id == PROJECT.c.dataset_id)
    .where(PROJECT.c.project_id == _MINE, PROJECT.c.draft_at.is_(None))
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
        name, author_id = clean_author(author, author_id)
        return Event(
            project_id=self.project.project_id,
            seq=self.fold.seq + 1,
            verb=gesture.verb,
            author=name,
            author_id=author_id,
            created_at=moment(self.project.now),
            samples=gesture.samples,
            values=gesture.values,
            targets=gesture.targets,
        )

    def _insert(
        self, gesture: Gesture, event: Event, before: ProjectState, after: ProjectState, sha256: str
    ) -> Ack:
        num_changed = _count_changed(before, after)
        put_off = gone_of(before.taught_run_ids, after.taught_run_ids)
        self.connection.execute(
            _INSERT,
            from_event(event) | {
                "created_at": self.project.now, "key": gesture.key,
                "body_sha256": sha256, "num_changed": num_changed,
            },
        )  # fmt: skip
        return Ack(event.seq, num_changed, put_off=put_off, event=event, state=after)


def gone_of(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    """Return the runs that a line has lost, oldest first."""
    if before == after:  # as for nearly every gesture
        return ()
    among = frozenset(after)
    return tuple(run_id for run_id in before if run_id not in among)


def _count_changed(before: ProjectState, after: ProjectState) -> int:
    """Return how many samples have another annotation or another pin."""
    is_changed = before.annotation != after.annotation
    if after.pins is not before.pins:
        is_changed[after.pins.changed(before.pins)] = True
    return int(np.count_nonzero(is_changed))


def check_open(project: Row[Any]) -> None:
    """Check that a project may be changed.

    Raises:
        LockedError: it is archived.
    """
    if project.archived_at is not None:
        raise LockedError(f"'{project.name}' is archived and cannot be changed; restore it first.")


def body_digest(verb: str, samples: bytes, values: Mapping[str, Any], targets: bytes = b"") -> str:
    """Return the sha256 by which a repeated request is told from another one."""
    try:
        text = to_json(values)
    except (TypeError, ValueError, RecursionError):
        text = repr(values)  # a request this odd is refused further on; it still has an identity
    parts = [verb.encode(), text.encode(), samples]
    parts += [targets, str(len(targets)).encode()] if targets else []
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def project_row(connection: Connection, project_id: str) -> Row[Any]:
    """Return the project's row, its data set's num_samples, and `now` by the database's clock.

    Raises:
        NotFoundError: no such project.
    """
    query = _PROJECT[connection.dialect.name]
    row = connection.execute(query, {"project_id": project_id}).one_or_none()
    if row is None:
        raise NoProjectError
    return row
