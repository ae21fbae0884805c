"""What happened in a project: line by line, and as a tree of steps that have names."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, insert, select

from ml.errors import InvalidInputError
from ml.maps.codec import unpack_ids
from store.errors import LockedError
from store.journal.checkouts import NAME_LIMIT
from store.journal.fold import Fold
from store.journal.history_tree import Step, Tree
from store.journal.journal import Journal
from store.journal.line import LINE_VERBS
from store.journal.pen import project_row
from store.names import clean_name
from store.records import Event, ProjectState, SnapshotRow
from store.sql.database import Database
from store.sql.rows import to_snapshot
from store.sql.tables import RUN, SNAPSHOT, STEP_NAME

KEPT: Final = 8
"""Projects whose history a process keeps in memory; the least recently asked for go first."""
HISTORY_BYTES: Final = 2**28
"""Memory that all kept histories may take; the one in use is kept however large it is."""
LINE_BYTES: Final = 1500
"""A line without its samples, and what the tree keeps of it, take about this much memory."""
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
    was: tuple[tuple[int, int], ...]
    """What those samples were until then and how many of them, most first."""

    @property
    def num_bytes(self) -> int:
        """Memory it takes: what is the same for all samples is kept once."""
        ids = self.chosen.nbytes + (0 if self.changed is self.chosen else self.changed.nbytes)
        return (
            LINE_BYTES
            + ids
            + sum(each.nbytes for each in (self.before, self.after) if each.strides != (0,))
        )

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
    num_line_bytes: int = 0
    num_bytes: int = 0
    """About how much memory it took when it was asked for last."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held by whoever catches it up, or reads it."""


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
        kept = self._kept_of(project_id)
        with kept.lock:
            self._catch_up(project_id, kept)
            told = Told(
                kept.fold.state(), tuple(kept.lines), dict(kept.tree.steps), kept.tree.here,
                dict(kept.num_named), tuple(kept.runs_on_line),
            )  # fmt: skip
        with self._lock:
            self._make_room()
        return told

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

    def _kept_of(self, project_id: str) -> _Kept:
        with self._database.read() as connection:
            project = project_row(connection, project_id)
        with self._lock:
            if project_id not in self._kept:
                fold = Fold(project.num_samples, project.latent_dim)
                self._kept[project_id] = _Kept(fold, Tree(fold.state()))
            self._kept.move_to_end(project_id)
            return self._kept[project_id]

    def _catch_up(self, project_id: str, kept: _Kept) -> None:
        while events := self._journal.events(project_id, kept.fold.seq, _PAGE):
            for event in events:
                _take_in(kept, event)
        kept.num_bytes = kept.fold.num_bytes + kept.num_line_bytes

    def _make_room(self) -> None:
        """Let the histories go that were not asked for longest."""
        num_bytes = sum(kept.num_bytes for kept in self._kept.values())
        while len(self._kept) > KEPT or (num_bytes > HISTORY_BYTES and len(self._kept) > 1):
            num_bytes -= self._kept.popitem(last=False)[1].num_bytes


def _take_in(kept: _Kept, event: Event) -> None:
    before = kept.fold.state()
    kept.fold.advance(event)
    after = kept.fold.state()
    kept.tree.advance(event, after)
    kept.lines.append(line_of(event, before, after))
    kept.num_line_bytes += kept.lines[-1].num_bytes + 8 * len(after.run_ids)
    kept.num_named[event.seq] = int(np.count_nonzero(after.annotation >= 0))
    if event.verb in LINE_VERBS:
        kept.runs_on_line.append((event.seq, after.run_ids))


def line_of(event: Event, before: ProjectState, after: ProjectState) -> Line:
    """Return what an event did to the state before it."""
    num_samples = before.annotation.size
    none = np.zeros(0, np.uint32)
    chosen = unpack_ids(event.samples, num_samples) if event.samples else none
    chosen = chosen.astype(np.uint32, copy=False)
    changed = np.flatnonzero(before.annotation != after.annotation).astype(np.uint32)
    was, now = before.annotation[changed], after.annotation[changed]
    found, counts = np.unique(was, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    slim = Event(
        event.project_id, event.seq, event.verb, event.author, event.author_id,
        event.created_at, b"", event.values,
    )  # fmt: skip
    return Line(
        slim, chosen, chosen if np.array_equal(changed, chosen) else changed,
        _once(was), _once(now), tuple((int(found[at]), int(counts[at])) for at in order),
    )  # fmt: skip


def _once(values: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return the same values, kept once where they are all the same."""
    if not len(values) or (values != values[0]).any():
        return values
    return np.broadcast_to(values[:1].copy(), values.shape)
