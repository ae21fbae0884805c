"""After which run of the project's line something was said."""

from bisect import bisect_left
from collections.abc import Container

from store.records import ProjectState


class Learned:
    """The runs of a line by what they learned.

    Several Updates may share a run: those that join it while it waits have it learn what came
    before them. So what was said up to its newest Update that stands was said before the run.
    """

    def __init__(self, state: ProjectState, first_run: str | None, run_ids: Container[str]) -> None:
        """Take in the Updates that stand.

        Args:
            state: The journal as it is now.
            first_run: Id of the pretraining, None where there is none.
            run_ids: The runs to tell of; Updates of others are no place on the line.
        """
        newest = {
            str(each.values["run_id"]): each.seq
            for each in state.updates
            if state.stands(each) and each.values["run_id"] in run_ids
        }
        in_order = sorted(newest, key=lambda run_id: newest[run_id])
        self._seqs = [newest[run_id] for run_id in in_order]
        self._runs = [first_run, *in_order]

    def run_before(self, seq: int) -> str | None:
        """Return the id of the run that event `seq` came after, None before any."""
        return self._runs[bisect_left(self._seqs, seq)]
