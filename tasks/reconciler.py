"""Rings again for every run that should be running and is not.

Any number of processes may reconcile one database: `due` hands each run to one of them.
"""

from typing import Final

from store.opening import Store
from tasks.doorbell import Doorbell
from tasks.rounds import Rounds

EVERY_S: Final = 1.0


class Reconciler:
    """A thread that asks the store each second whose bell is to be rung."""

    def __init__(self, store: Store, doorbell: Doorbell, every_s: float = EVERY_S) -> None:
        """Prepare; `start` begins.

        Args:
            store: Knows which runs are due: their lease ended, nobody answered, or the run
                before them in their project has just ended.
            doorbell: Is rung for them.
            every_s: Seconds between two looks.
        """
        self._store = store
        self._doorbell = doorbell
        self.rounds = Rounds("reconciler", self.look, every_s, "Waiting runs cannot be looked up")
        """Its thread."""

    def start(self) -> None:
        """Begin; the first look comes at once, for what an earlier process left behind."""
        self.rounds.start()

    def close(self) -> None:
        """Stop looking."""
        self.rounds.close()

    def look(self) -> None:
        """Ring for every run that is due, and for chunks of large data.

        While all workers are busy nobody is rung for chunks: bells that nobody answers for hours
        would only gather in the queue.
        """
        for run_id in self._store.leases.due():
            self._doorbell.ring(run_id)
        for job_id in self._store.chunks.due() if self._store.workers.is_any_idle() else ():
            self._doorbell.ring(job_id)
