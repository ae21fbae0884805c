"""What happened in a project: line by line, and as a tree of steps that have names."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select

from ml.errors import InvalidInputError
from store.journal.checkouts import NAME_LIMIT
from store.journal.ends import has_end_of
from store.journal.fold import Fold
from store.journal.history_tree import Tree
from store.journal.journal import Journal
from store.journal.line import LINE_VERBS
from store.journal.lines import Lines, line_of
from store.journal.past import Reader
from store.journal.pen import check_open, project_row
from store.journal.steps import Steps
from store.journal.switches import SYSTEM_ID
from store.names import clean_name, present_names
from store.pulse import stamp_of
from store.records import Event, ProjectState, SnapshotRow
from store.sql.database import Database
from store.sql.rows import to_snapshot
from store.sql.tables import RUN, SNAPSHOT, STEP_NAME

KEPT: Final = 8
"""Projects whose history a process keeps in memory; the least recently asked for go first."""
HISTORY_BYTES: Final = 2**26
"""Memory that all kept histories may take; the one in use is kept however large it is."""
_PAGE: Final = 500


@dataclass(frozen=True, eq=False)
class Told:
    """A project's history up to an event; later events leave it as it is."""

    state: ProjectState
    lines: Lines
    """Every event, oldest first."""
    num_by_system: int
    """Events among them that the program itself wrote."""
    steps: Steps
    """By step_id, in the order in which they began."""
    here: int
    """The step the project is at."""
    taught_run_ids: Sequence[tuple[int, tuple[str, ...]]]
    """The runs that taught the map from an event on, by seq."""
    names: Mapping[str, str]
    """What each is called who gave a name, by author_id (store/names.py)."""


@dataclass
class _Kept:
    born: float
    """`created_at` of the project: another one may get the same id."""
    num_samples: int
    latent_dim: int
    read: Reader
    num_bytes: int = 0
    """About how much memory it took when it was asked for last."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held by whoever catches it up, or reads it."""

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget all; it is that of a journal without events again."""
        self.fold = Fold(self.num_samples, self.latent_dim, read=self.read)
        self.tree = Tree(self.fold.state())
        self.lines = Lines(self.num_samples, self.read)
        self.num_by_system = 0
        self.taught_run_ids: list[tuple[int, tuple[str, ...]]] = []
        self.names: dict[str, str] = {}

    def take_in(self, event: Event) -> None:
        """Go on by the next event."""
        before = self.fold.state()
        self.fold.advance(event)
        after = self.fold.state()
        self.tree.advance(event, after)
        self.lines.append(line_of(event, before, after))
        self.names |= present_names([(event.author_id, event.author)])
        self.num_by_system += event.author_id == SYSTEM_ID
        if event.verb in LINE_VERBS:
            self.taught_run_ids.append((event.seq, after.taught_run_ids))


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
                kept.fold.state(), kept.lines.copy(), kept.num_by_system, kept.tree.steps.copy(),
                kept.tree.here, tuple(kept.taught_run_ids), dict(kept.names),
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
        return stamp_of(self._database, STEP_NAME, project_id)

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
        author = clean_name(author, "display name", 60)
        mine = (STEP_NAME.c.project_id == project_id) & (STEP_NAME.c.step_id == step_id)
        with self._database.write() as connection:
            self._database.take_turn(connection, project_id)
            check_open(project_row(connection, project_id))
            connection.execute(delete(STEP_NAME).where(mine))
            if name:
                row = {"project_id": project_id, "step_id": step_id, "name": name, "author": author}
                connection.execute(insert(STEP_NAME).values(**row, created_at=self._database.clock))
        return name

    def _kept_of(self, project_id: str) -> _Kept:
        with self._database.read() as connection:
            project = project_row(connection, project_id)
        with self._lock:
            kept = self._kept.get(project_id)
            if kept is None or kept.born != project.created_at:
                self._kept[project_id] = self._begun(project_id, project)
            self._kept.move_to_end(project_id)
            return self._kept[project_id]

    def _begun(self, project_id: str, project: Row[Any]) -> _Kept:
        """Return the history of a journal without events."""

        def read(start: int, stop: int) -> list[Event]:
            return self._journal.events(project_id, start, stop - start)

        return _Kept(project.created_at, project.num_samples, project.latent_dim, read)

    def _catch_up(self, project_id: str, kept: _Kept) -> None:
        with self._database.read() as connection:
            if not has_end_of(connection, project_id, kept.fold):
                kept.begin()
        with ExitStack() as on_failure:
            # old events are read on the way: it may have taken half an event in
            on_failure.callback(kept.begin)
            while events := self._journal.events(project_id, kept.fold.seq, _PAGE):
                for event in events:
                    kept.take_in(event)
            on_failure.pop_all()
        kept.num_bytes = kept.fold.num_bytes + kept.lines.num_bytes + kept.tree.num_bytes

    def _make_room(self) -> None:
        """Let the histories go that were not asked for longest."""
        num_bytes = sum(kept.num_bytes for kept in self._kept.values())
        while len(self._kept) > KEPT or (num_bytes > HISTORY_BYTES and len(self._kept) > 1):
            num_bytes -= self._kept.popitem(last=False)[1].num_bytes
