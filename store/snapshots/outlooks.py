"""What the newest map of a project knows of its samples: features, neighbours, belief, and leads.

Like an atlas it is worked out when it is first asked for, out of what a snapshot has anyway (its
checkpoint, its frame, the data set, the journal), in NumPy and outside training. So it is there for
stopped runs, archives and workers elsewhere alike, and no run waits for it: where one begins while
it is being worked out, the work is given up within a moment.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from threadpoolctl import threadpool_limits

from ml.errors import BadCheckpointError, InvalidInputError, LodemapError
from ml.graph.plain_graph import Near, PlainGraph, find_near
from ml.insight.leads import Groups, Kind, Lead, Outlook, find_groups, find_leads, most_alike
from ml.measures.trust import trust_places
from store.datasets.datasets import Datasets
from store.errors import ArtifactDamagedError, ArtifactMissingError
from store.journal.journal import Journal
from store.queue.precedence import wants_the_machine
from store.records import ClassInfo, SnapshotRow
from store.runs.runs import Runs
from store.snapshots.asked_networks import Networks, Task
from store.sql.database import Database
from store.sql.tables import RUN

logger = logging.getLogger(__name__)

BETWEEN_LOOKS_S: Final = 0.2
"""How soon a run that begins is noticed."""
PATIENCE_S: Final = 5.0
"""How long an answer is waited for; what takes longer goes on, and whoever asks again gets it."""
MOST_ALIKE: Final = 1000
GROUP_SEED: Final = 0
NAME_LENGTH: Final = 12
"""Hex digits of a checkpoint's checksum that name the grouping of its map."""

State = Literal["ready", "working", "waiting", "no_map"]
"""Whether it is there; somebody else is at it; a run learns; or there is no map yet."""

Question = Literal["leads", "alike", "trust"]


class _GaveWayError(Exception):
    """A run wants the cores."""


@dataclass(frozen=True, eq=False)
class Found:
    """An answer, or why there is none yet."""

    state: State
    snapshot: SnapshotRow | None = None
    """Of the map it speaks of."""
    seq: int = 0
    """Journal position whose annotations it counts."""
    outlook: Outlook | None = None
    leads: Mapping[Kind, list[Lead]] = field(default_factory=dict)
    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Of the samples most alike, the nearest first."""
    trust: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    """How far each sample's place can be believed, 0 to 1, shape (n,)."""


class Outlooks:
    """The outlook of every project; those last asked for are kept in memory."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        runs: Runs,
        datasets: Datasets,
        networks: Networks,
        gives_way_to_all: bool = True,
    ) -> None:
        """Know where everything is.

        Args:
            database: Where live runs are seen.
            journal: What people said.
            runs: Which map is newest.
            datasets: The samples.
            networks: What computes features and belief.
            gives_way_to_all: Runs of all projects come first, for they are trained on the same
                cores; else those of the same project alone.
        """
        self._gives_way_to_all = gives_way_to_all
        self._database, self._journal, self._runs = database, journal, runs
        self._datasets, self._networks = datasets, networks
        self._working = threading.Lock()
        self._closing = threading.Event()
        self._thread = ThreadPoolExecutor(1, "outlook")
        self._failed: dict[tuple[str, Question], LodemapError] = {}

    def leads(self, project_id: str) -> Found:
        """Return where to look next, as the newest map and the journal have it now.

        Raises:
            NotFoundError: no such project.
            ArtifactMissingError: a file it is worked out from is gone.
            ArtifactDamagedError: a file is not what was written.
            BadCheckpointError: the checkpoint holds no network that fits.
        """
        return self._work(project_id, "leads", self._leads)

    def alike(self, project_id: str, sample: int, count: int) -> Found:
        """Return the samples nearest to one by features, not on the map.

        Raises:
            InvalidInputError: there is no such sample, or `count` is not 1 to 1,000.
            LodemapError: as `leads`.
        """
        num_samples = self._datasets.get(self._datasets.of_project(project_id)).num_samples
        if not 0 <= sample < num_samples:
            raise InvalidInputError(
                f"There is no sample {sample}; this data set has 0 to {num_samples - 1}."
            )
        if not 1 <= count <= MOST_ALIKE:
            raise InvalidInputError(f"Ask for 1 to {MOST_ALIKE:,} samples that are alike.")

        def look(task: Task) -> Found:
            ids, _ = most_alike(self._networks.features(task), sample, count)
            return Found("ready", task.row, task.state.seq, ids=ids)

        return self._work(project_id, "alike", look)

    def trust(self, project_id: str) -> Found:
        """Return how far the places of the newest map can be believed.

        Raises:
            LodemapError: as `leads`.
        """

        def look(task: Task) -> Found:
            trust = self._networks.once("trust", task.key, lambda: self._trusted(task))
            return Found("ready", task.row, task.state.seq, trust=trust)

        return self._work(project_id, "trust", look)

    def close(self) -> None:
        """Give up what is being worked out."""
        self._closing.set()
        self._thread.shutdown()

    def _work(self, project_id: str, question: Question, act: Callable[[Task], Found]) -> Found:
        row = self._runs.head(project_id)
        if row is None:
            return Found("no_map")
        if not self._working.acquire(blocking=False):
            return Found("working", row)
        asked = project_id, question
        failed = self._failed.pop(asked, None)
        if failed is not None:
            self._working.release()
            raise failed
        doing = self._thread.submit(self._do, project_id, row, act)
        try:
            return doing.result(PATIENCE_S)
        except TimeoutError:
            doing.add_done_callback(lambda done: self._note(asked, done))
            return Found("working", row)

    def _note(self, asked: tuple[str, Question], done: Future[Found]) -> None:
        """Keep why something failed that nobody waited for: whoever asks it next is told."""
        error = done.exception()
        if isinstance(error, LodemapError):
            self._failed[asked] = error
        elif error is not None:
            logger.error("An outlook could not be worked out.", exc_info=error)

    def _do(self, project_id: str, row: SnapshotRow, act: Callable[[Task], Found]) -> Found:
        try:
            dataset = self._datasets.get(self._datasets.of_project(project_id))
            run, state = self._runs.get(row.run_id), self._journal.state(project_id)
            with threadpool_limits(1, "blas"):  # on busy cores more of them mostly wait
                return act(Task(row, run, dataset, state, self._pause(project_id)))
        except _GaveWayError:
            return Found("waiting", row)
        finally:
            self._working.release()

    def _pause(self, project_id: str) -> Callable[[], None]:
        """Return what gives way as soon as a run of this project, or of this machine, learns."""
        live = select(RUN.c.run_id).where(wants_the_machine(self._database.clock)).limit(1)
        if not self._gives_way_to_all:
            live = live.where(RUN.c.project_id == project_id)
        looked = -BETWEEN_LOOKS_S

        def pause() -> None:
            nonlocal looked
            if self._closing.is_set():
                raise _GaveWayError
            now = time.monotonic()
            if now - looked < BETWEEN_LOOKS_S:
                return
            looked = now
            with self._database.read() as connection:
                if connection.execute(live).one_or_none() is not None:
                    raise _GaveWayError

        return pause

    def _leads(self, task: Task) -> Found:
        outlook = self._outlook(task)
        living = with_living(outlook, task.state.classes)
        leads = self._networks.once(
            "leads",
            (*task.key, task.state.seq),
            lambda: find_leads(living, task.state.annotation, task.pause),
        )
        return Found("ready", task.row, task.state.seq, living, leads)

    def _outlook(self, task: Task) -> Outlook:
        found: Outlook = self._networks.once("outlook", task.key, lambda: self._look(task))
        return found

    def _trusted(self, task: Task) -> NDArray[np.float32]:
        outlook, z = self._outlook(task), self._networks.places(task.row)
        among = np.flatnonzero(outlook.graph.in_graph)
        return trust_places(outlook.x, z, outlook.near, among, task.pause)

    def _look(self, task: Task) -> Outlook:
        groups = self._groups(task)
        x, near, graph = self._neighbourhood(task)
        return Outlook(x, near, graph, groups, self._networks.belief(task, x, graph))

    def _groups(self, task: Task) -> Groups:
        """Return the groups of the map before any name.

        On later ones classes nobody named melt into others, and no walk finds them again
        (docs/learning.md, 11).
        """
        first = self._first(task)
        try:
            return self._grouped(first)
        except (ArtifactMissingError, ArtifactDamagedError, BadCheckpointError):
            if first.key == task.key:
                raise
            return self._grouped(task)

    def _grouped(self, task: Task) -> Groups:
        def group() -> Groups:
            x, _, graph = self._neighbourhood(task)
            groups = find_groups(x, graph, GROUP_SEED, task.pause)
            return replace(groups, name=task.row.sha256[:NAME_LENGTH])

        found: Groups = self._networks.once("groups", task.key, group)
        return found

    def _first(self, task: Task) -> Task:
        """Return the task of the pretraining's map; the same one where there is none."""
        row = self._runs.pretrained(task.run.project_id)
        return task if row is None else replace(task, row=row, run=self._runs.get(row.run_id))

    def _neighbourhood(self, task: Task) -> tuple[NDArray[np.float32], Near, PlainGraph]:
        """Return unit features, and who is near whom by them."""

        def look() -> tuple[NDArray[np.float32], Near, PlainGraph]:
            x = self._networks.features(task)
            in_graph = ~np.asarray(self._datasets.samples(task.dataset.dataset_id).is_held_out)
            near = find_near(x, np.flatnonzero(in_graph), task.pause)
            return x, near, PlainGraph(near, in_graph)

        found: tuple[NDArray[np.float32], Near, PlainGraph]
        found = self._networks.once("neighbourhood", task.key, look)
        return found


def with_living(outlook: Outlook, classes: tuple[ClassInfo, ...]) -> Outlook:
    """Return an outlook that believes only in living classes: merged ones count for their heir."""
    known = outlook.belief.shape[1]
    heirs = {
        info.class_index: info.class_index if info.merged_into is None else info.merged_into
        for info in classes
        if info.class_index < known
    }
    num_classes = max(known, 1 + max(heirs.values(), default=-1))  # an heir may be newer
    belief = np.zeros((len(outlook.belief), num_classes), np.float32)
    for class_index, heir in heirs.items():
        belief[:, heir] += outlook.belief[:, class_index]
    total = belief.sum(axis=1, keepdims=True)
    return replace(outlook, belief=(belief / np.maximum(total, 1e-12)).astype(np.float32))
