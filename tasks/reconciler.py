"""Rings again for every run that should be running and is not.

Any number of processes may reconcile one database: `due` hands each run to one of them.
"""

import logging
import threading
from typing import Final

from ml.errors import LodemapError
from store.opening import Store
from tasks.doorbell import Doorbell

logger = logging.getLogger(__name__)

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
        self._every_s = every_s
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="reconciler", daemon=True)

    def start(self) -> None:
        """Begin; the first look comes at once, for what an earlier process left behind."""
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._closing.set()
        self._thread.join()

    def look(self) -> None:
        """Ring for every run that is due, and for chunks of large data."""
        for run_id in (*self._store.leases.due(), *self._store.chunks.due()):
            self._doorbell.ring(run_id)

    def _watch(self) -> None:
        is_well = True
        while True:
            try:
                self.look()
                is_well = True
            except LodemapError as error:
                if is_well:
                    logger.warning("Waiting runs cannot be looked up: %s", error.sentence)
                is_well = False
            if self._closing.wait(self._every_s):
                return
