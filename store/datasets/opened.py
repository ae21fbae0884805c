"""Arrays that a process has opened: shared by its threads, a few at a time, until they are gone."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import Final
from weakref import WeakValueDictionary

from store.records import Samples

MOST_OPENED: Final = 32
"""Data sets kept open: each takes three descriptors, and room on the disk though it be deleted."""
TURN_S: Final = 0.2
"""Between two looks after other things while another thread opens the same data set."""


class Opened:
    """The newest of them; whoever holds arrays that are let go keeps them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._samples: OrderedDict[str, Samples] = OrderedDict()
        self._opening: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()

    def get(
        self, dataset_id: str, make: Callable[[], Samples], check: Callable[[], None]
    ) -> Samples:
        """Return a data set, opened by one thread while nobody waits who wants another one.

        Args:
            dataset_id: Which.
            make: Opens it, which takes an hour where it is far away.
            check: Called while another thread does; may raise.
        """
        if (known := self._find(dataset_id)) is not None:
            return known
        with self._lock:
            mine = self._opening.setdefault(dataset_id, threading.Lock())
        while not mine.acquire(timeout=TURN_S):
            check()
        try:
            if (known := self._find(dataset_id)) is None:
                known = self._keep(dataset_id, make())
            return known
        finally:
            mine.release()

    def ids(self) -> list[str]:
        """Return which are open."""
        with self._lock:
            return list(self._samples)

    def let_go(self, dataset_ids: Collection[str]) -> None:
        """Close what is gone."""
        with self._lock:
            for dataset_id in dataset_ids:
                self._samples.pop(dataset_id, None)

    def _find(self, dataset_id: str) -> Samples | None:
        with self._lock:
            known = self._samples.get(dataset_id)
            if known is not None:
                self._samples.move_to_end(dataset_id)
            return known

    def _keep(self, dataset_id: str, samples: Samples) -> Samples:
        with self._lock:
            self._samples[dataset_id] = samples
            while len(self._samples) > MOST_OPENED:
                self._samples.popitem(last=False)
        return samples
