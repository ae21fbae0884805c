"""In which order waiting runs get a worker: fair between projects, what people wait for first.

Each project's runs go one after another, so at most one of them is *ready*. A ready run waits
since it was asked for, or since the last run of its project ended, whichever is later; who waits
longest goes first. So nobody waits for more than one run of each other project: whichever project
had a worker meanwhile waits since after that.

An Update, which somebody watches, may overtake a pretraining: but only while its project had no
worker since the longest-waiting run began to wait, so not twice the same one. What is done beside
the line (variants, controls) comes after everything that somebody asked for, by the same rule.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf
from typing import Final

from store.queue.precedence import BACKGROUND

INTERACTIVE: Final = "fine_tune"
"""The kind of run that somebody watches."""


@dataclass(frozen=True)
class Waiting:
    """A run without a worker."""

    run_id: str
    project_id: str
    kind: str
    """As of `store.records.Run`."""
    position: int
    """Its place among the runs of its project."""
    asked_s: float
    """When it was asked for, or to go on, in seconds since 1970 by the database's clock."""
    needs_gpu: bool = False
    """Whether it waits for a worker with a GPU."""

    @property
    def is_background(self) -> bool:
        """Whether nobody waits for it."""
        return self.kind in BACKGROUND

    @property
    def lane(self) -> tuple[str, bool]:
        """Which runs take turns with it: those of its project, in the background or not."""
        return self.project_id, self.is_background


Served = Mapping[tuple[str, bool], float]
"""By lane, when the last run that had a worker ended."""
_Ranked = tuple[float, tuple[float, int, str], Waiting]
"""A run behind what it is ordered by: since when it waits, then its age."""


def first_of(ready: Sequence[Waiting], served: Served) -> Waiting:
    """Return which of several runs that could begin now goes first; `ready` is not empty.

    Args:
        ready: At most one of each project but for the background, where variants are trained
            side by side.
        served: Seconds since 1970; a lane that never had a worker is left out.
    """
    people = [run for run in ready if not run.is_background]
    if people:
        ready = people
    begun = {run.run_id: max(run.asked_s, served.get(run.lane, -inf)) for run in ready}
    longest = min(begun.values())

    def rank(run: Waiting) -> tuple[bool, float, float, int, str]:
        is_hasty = run.kind == INTERACTIVE and served.get(run.lane, -inf) <= longest
        return not is_hasty, begun[run.run_id], run.asked_s, run.position, run.run_id

    return min(ready, key=rank)


def in_turn(
    waiting: Iterable[Waiting], served: Served, in_service: Iterable[str] = ()
) -> list[Waiting]:
    """Return runs in the order in which one worker would take them, if nobody else spoke.

    Takes n log n steps for n runs: whoever was served waits since after all others, so the
    longest wait only ever gets shorter, and who is hasty once stays so.

    Args:
        waiting: All runs without a worker, also those that wait for another of their project.
        served: As of `first_of`.
        in_service: Projects of which a run that somebody asked for is being trained; these are
            taken to end before the first of `waiting` begins.
    """
    waiting = list(waiting)
    ended = dict(served)
    now = max([*ended.values(), *(run.asked_s for run in waiting)], default=0.0)
    ended |= {(project_id, False): now for project_id in in_service}
    people = sorted((run for run in waiting if not run.is_background), key=_by_position)
    beside = sorted((run for run in waiting if run.is_background), key=_by_age)
    order = _Lanes(people, ended).emptied(now)
    return [*order, *_Lanes(beside, ended).emptied(now + len(order))]


def _by_position(run: Waiting) -> tuple[int, str]:
    return run.position, run.run_id


def _by_age(run: Waiting) -> tuple[float, int, str]:
    return run.asked_s, run.position, run.run_id


class _Lanes:
    """Runs that take turns, of each lane the one that goes first."""

    def __init__(self, runs: Sequence[Waiting], ended: Served) -> None:
        """Take runs as they follow one another within their lanes."""
        self._ended = dict(ended)
        self._behind: dict[tuple[str, bool], deque[Waiting]] = defaultdict(deque)
        for run in runs:
            self._behind[run.lane].append(run)
        self._longest: list[_Ranked] = []
        """The first of each lane, who waits longest first; the taken leave when they come up."""
        self._hurried: list[tuple[float, _Ranked]] = []
        """Those of them that would be hasty, but for the longest-waiting run."""
        self._hasty: list[_Ranked] = []
        self._taken: set[str] = set()
        for lane in self._behind:
            self._step_up(lane)

    def emptied(self, now: float) -> list[Waiting]:
        """Return all runs in order; each ends a second after the one before, from `now` on."""
        order: list[Waiting] = []
        while (run := self._next()) is not None:
            now += 1.0
            self._taken.add(run.run_id)
            self._ended[run.lane] = now
            self._step_up(run.lane)
            order.append(run)
        return order

    def _step_up(self, lane: tuple[str, bool]) -> None:
        """Let the next of a lane be the first of it."""
        if not self._behind[lane]:
            return
        run, ended = self._behind[lane].popleft(), self._ended.get(lane, -inf)
        ranked = (max(run.asked_s, ended), _by_age(run), run)
        heappush(self._longest, ranked)
        if run.kind == INTERACTIVE:
            heappush(self._hurried, (ended, ranked))

    def _next(self) -> Waiting | None:
        while self._longest and self._longest[0][2].run_id in self._taken:
            heappop(self._longest)
        if not self._longest:
            return None
        while self._hurried and self._hurried[0][0] <= self._longest[0][0]:
            ranked = heappop(self._hurried)[1]
            if ranked[2].run_id not in self._taken:
                heappush(self._hasty, ranked)
        return heappop(self._hasty or self._longest)[2]
