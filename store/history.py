"""What happened in a project: line by line, and as a tree of steps that have names."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, insert, select

from ml.codec import unpack_ids
from ml.errors import InvalidInputError
from store.checkouts import NAME_LIMIT
from store.database import Database
from store.errors import LockedError
from store.fold import Fold
from store.history_tree import Step, Tree
from store.journal import Journal, project_row
from store.names import clean_name
from store.records import Event, ProjectState, SnapshotRow
from store.rows import to_snapshot
from store.tables import RUN, SNAPSHOT, STEP_NAME

LINE_VERBS: Final = frozenset({"update", "undo", "redo", "reset", "checkout"})
"""Verbs after which another run may be the last on the line."""
KEPT: Final = 8
"""Projects whose history a process keeps in memory; the least recently asked for go first."""
_PAGE: Final = 500


@dataclass(frozen=True, eq=False)
class Line:
    """One event, and what it did when it was said."""

    event: Event
    """Its `samples` and `targets` are empty here."""
    chosen: NDArray[np.uint32]
    """Samples it was said of, ascending, shape (n,); none for most verbs."""
    changed: NDArray[np.uint32]
    """Samples whose annotation it changed, ascending, shape (m,)."""
    before: NDArray[np.int16]
    """class_index, NO_CLASS or UNSURE of each until then, shape (m,)."""
    after: NDArray[np.int16]
    """The same from then on, shape (m,)."""

    def is_of(self, sample: int) -> bool:
        """Whether it was said of a sample, or changed it."""
        return any(
            at < len(ids) and ids[at] == sample
            for ids in (self.chosen, self.changed)
            for at in [int(np.searchsorted(ids, sample))]
        )


@dataclass(frozen=True, eq=False)
class Told:
    """A project's history up to an event; later events leave it as it is."""

    state: ProjectState
    lines: Sequence[Line]
    """Every event, oldest first."""
    steps: Mapping[int, Step]
    """By step_id, in the order in which they began."""
    here: int
    """The step the project is at."""
    num_named: Mapping[int, int]
    """By seq, how many samples were named after that event."""
    runs_on_line: Sequence[tuple[int, tuple[str, ...]]]
    """Runs on the line from an event on, by seq, without the pretraining."""


@dataclass
class _Kept:
    fold: Fold
    tree: Tree
    lines: list[Line] = field(default_factory=list)
    num_named: dict[int, int] = field(default_factory=dict)
    runs_on_line: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)


class History:
    """The histories of all projects; one object serves all threads of a process."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, project_id: str) -> Told:
        """Return what happened in a project so far.

        Raises:
            NotFoundError: no such project.
        """
        with self._lock:
            kept = self._caught_up(project_id)
            return Told(
                kept.fold.state(), tuple(kept.lines), dict(kept.tree.steps), kept.tree.here,
                dict(kept.num_named), tuple(kept.runs_on_line),
            )  # fmt: skip

    def names(self, project_id: str) -> dict[int, str]:
        """Return the names people gave to steps, by step_id."""
        query = select(STEP_NAME).where(STEP_NAME.c.project_id == project_id)
        with self._database.read() as connection:
            return {row.step_id: row.name for row in connection.execute(query)}

    def stamp(self, project_id: str) -> str:
        """Return a text that differs once a step was named."""
        newest = func.max(STEP_NAME.c.created_at)
        query = select(func.count(), newest).where(STEP_NAME.c.project_id == project_id)
        with self._database.read() as connection:
            return repr(tuple(connection.execute(query).one()))

    def heads(self, project_id: str) -> dict[str, SnapshotRow]:
        """Return the newest snapshot of each run of a project that has one, by run_id."""
        is_newest = (SNAPSHOT.c.run_id == RUN.c.run_id) & (SNAPSHOT.c.epoch == RUN.c.last_epoch)
        query = select(SNAPSHOT).join(RUN, is_newest).where(RUN.c.project_id == project_id)
        with self._database.read() as connection:
            return {row.run_id: to_snapshot(row) for row in connection.execute(query)}

    def name(self, project_id: str, step_id: int, name: str, author: str) -> str:
        """Give a step a name, or with an empty one take its name away; return the name.

        Raises:
            NotFoundError: no such project.
            InvalidInputError: the project has no such step, or the name cannot be one.
            LockedError: the project is archived.
        """
        if step_id not in self.of(project_id).steps:
            raise InvalidInputError(f"The history has no step {step_id}; reload the page.")
        if name := name.strip():
            name = clean_name(name, "name of the step", NAME_LIMIT)
        mine = (STEP_NAME.c.project_id == project_id) & (STEP_NAME.c.step_id == step_id)
        with self._database.write() as connection:
            self._database.lock_project(connection, project_id)
            project = project_row(connection, project_id)
            if project.archived_at is not None:
                raise LockedError(f"'{project.name}' is archived; restore it first.")
            connection.execute(delete(STEP_NAME).where(mine))
            if name:
                row = {"project_id": project_id, "step_id": step_id, "name": name, "author": author}
                connection.execute(insert(STEP_NAME).values(**row, created_at=self._database.clock))
        return name

    def _caught_up(self, project_id: str) -> _Kept:
        if project_id not in self._kept:
            with self._database.read() as connection:
                project = project_row(connection, project_id)
            fold = Fold(project.num_samples, project.latent_dim)
            self._kept[project_id] = _Kept(fold, Tree(fold.state()))
        self._kept.move_to_end(project_id)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        kept = self._kept[project_id]
        while events := self._journal.events(project_id, kept.fold.seq, _PAGE):
            for event in events:
                _take_in(kept, event)
        return kept


def _take_in(kept: _Kept, event: Event) -> None:
    before = kept.fold.state()
    kept.fold.advance(event)
    after = kept.fold.state()
    kept.tree.advance(event, after)
    kept.lines.append(line_of(event, before, after))
    kept.num_named[event.seq] = int(np.count_nonzero(after.annotation >= 0))
    if event.verb in LINE_VERBS:
        kept.runs_on_line.append((event.seq, after.run_ids))


def line_of(event: Event, before: ProjectState, after: ProjectState) -> Line:
    """Return what an event did to the state before it."""
    num_samples = before.annotation.size
    chosen = unpack_ids(event.samples, num_samples) if event.samples else np.zeros(0)
    changed = np.flatnonzero(before.annotation != after.annotation)
    slim = Event(
        event.project_id, event.seq, event.verb, event.author, event.author_id,
        event.created_at, b"", event.values,
    )  # fmt: skip
    return Line(
        slim, chosen.astype(np.uint32), changed.astype(np.uint32),
        before.annotation[changed], after.annotation[changed],
    )  # fmt: skip
