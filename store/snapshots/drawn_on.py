"""Which snapshot a gesture was drawn on: said by the event itself, else told by the clock."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from store.opening import Store
from store.records import Event, Run


class DrawnOn(NamedTuple):
    """A place in a project's training."""

    run: int | None
    """Number of the run; None where nobody can tell."""
    epoch: float | None
    """Epochs done; not whole between two snapshots."""
    is_end: bool = False
    """Whether the run ended there."""


UNKNOWN = DrawnOn(None, None)


class Sights:
    """Answers for the events of one project."""

    def __init__(
        self, store: Store, project_id: str, taught: Sequence[tuple[int, tuple[str, ...]]]
    ) -> None:
        """Take in a project, and the runs that `taught` its map from an event on, by seq."""
        self._store = store
        self._taught = taught
        self._runs: Mapping[str, Run] = {
            run.run_id: run for run in store.runs.of_project(project_id)
        }
        self._epochs: dict[str, Mapping[int, float]] = {}

    def of(self, event: Event) -> DrawnOn:
        """Return what was on the map when an event was said.

        Moves and names drawn on a map say it themselves. For others it is the end of the last run
        on the line then; while a run was under way nobody can tell.
        """
        if "snapshot" in event.values:
            return self._said(event.values["snapshot"])
        at = event.created_at
        seen = [run for run in self._on_line(event.seq) if run.started_at and run.started_at <= at]
        if any(run.ended_at is None or run.ended_at > at for run in seen):
            return UNKNOWN
        shown = [run for run in seen if run.last_epoch >= 0]
        if not shown:
            return UNKNOWN
        return DrawnOn(shown[-1].number, float(shown[-1].last_epoch), is_end=True)

    def _on_line(self, seq: int) -> Sequence[Run]:
        pretrained = [run for run in self._runs.values() if run.kind == "pretrain"][-1:]
        before = [run_ids for at, run_ids in self._taught if at < seq][-1:]
        taught = [self._runs[r] for run_ids in before for r in run_ids if r in self._runs]
        return [*pretrained, *taught]

    def _said(self, snapshot: Mapping[str, object]) -> DrawnOn:
        run, n = self._runs.get(str(snapshot.get("run_id"))), snapshot.get("n")
        if run is None or not isinstance(n, int):
            return UNKNOWN
        if run.run_id not in self._epochs:
            self._epochs[run.run_id] = self._store.frames.epochs(run.run_id)
        epoch = self._epochs[run.run_id].get(n)
        return DrawnOn(run.number, epoch, run.ended_at is not None and epoch == run.last_epoch)
