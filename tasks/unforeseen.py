"""An error that nobody foresaw ends its process: what it left behind is in no known state.

A CUDA error of that kind is sticky: whatever the process trains next fails as well, while another
process begins anew.
"""

import logging
import os
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from store.endurance import Endurance
from store.opening import Store
from tasks.presence import Presence

logger = logging.getLogger(__name__)

EXIT_UNFORESEEN: Final = os.EX_SOFTWARE


def leave() -> None:
    """End this process at once; the interpreter would wait for threads, and PyTorch for a GPU."""
    logging.shutdown()
    os._exit(EXIT_UNFORESEEN)


class Unforeseen:
    """Around what a worker process does: an error that leaves the block is the process's last.

    The lease of what it held ends at once, so that another worker goes on with it. Unlike one that
    is given back, a run that ends its workers three times is quarantined.
    """

    def __init__(
        self, store: Store, worker_id: str, presence: Presence, leave: Callable[[], None] = leave
    ) -> None:
        """Take whose leases end with this process, and what ends it."""
        self._store, self._worker_id = store, worker_id
        self._presence = presence
        self._leave = leave

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        if not isinstance(error, Exception):  # none, or the process was asked to end
            return
        words = "Worker %s met an error that nobody foresaw, and ends itself."
        logger.error(words, self._worker_id, exc_info=error)
        # where it fails, its leases run out by themselves
        burying = Endurance(f"Worker {self._worker_id} keeps its leases for now")
        burying.do(lambda: self._store.leases.bury(self._worker_id))
        self._presence.close()
        self._leave()
