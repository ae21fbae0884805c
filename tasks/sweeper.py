"""Threads that remove what killed processes left, among the artifacts above all.

They are of their own: where the artifacts are far away, a look at all of them takes minutes, for
which no run and no import waits. One looks for files that no row names, once an hour; the other,
more often, for rows that nobody needs: projects that were deleted, at once, or left half made, and
chunks.
"""

import logging
import threading
from typing import Final

from store.archives.arriving_data import PREFIX
from store.endurance import Endurance
from store.opening import Store
from store.queue.encodings import sweep
from tasks.network_export import STALE_S, remove_left_exports
from tasks.takeaway_files import remove_stale

logger = logging.getLogger(__name__)

FIRST_S: Final = 300.0
"""After the start of an app, when it has other things to do."""
EVERY_S: Final = 3600.0
TIDY_S: Final = 600.0
SOON_S: Final = 60.0
"""While a deleted project waits to be gone on with."""
SHARED: Final = (
    "Other databases keep their artifacts at the same place (%s). What no row of this one names "
    "stays there. Give each a place of its own; where one is no more, remove its file there."
)


class Sweeper:
    """The threads; any number of apps may have one, for removing twice is no error."""

    def __init__(self, store: Store, first_s: float = FIRST_S, every_s: float = EVERY_S) -> None:
        """Prepare; `start` begins."""
        self._store = store
        self._pauses = first_s, every_s
        self._endurance = Endurance("Files that nobody needs cannot be looked for")
        self._closing = threading.Event()
        self._wake = threading.Event()
        self._others: list[str] = []
        self._tidying = (
            (Endurance("Projects left half made cannot be looked for"), self._remove_projects),
            (Endurance("Jobs that nobody wants cannot be looked for"), self._forget_chunks),
        )
        self._threads = [
            threading.Thread(target=turn, name=name, daemon=True)
            for name, turn in (("sweeper", self._turn), ("tidier", self._tidy_on))
        ]

    def start(self) -> None:
        """Begin; from now on nobody who deletes a project waits for its rows and files."""
        self._store.projects.removals.hasten = self._wake.set
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Look no more; nobody waits for a look that is under way."""
        self._closing.set()
        self._wake.set()

    def tidy(self) -> None:
        """Look once for rows that nobody needs; what fails keeps the rest from nothing."""
        for endurance, act in self._tidying:
            endurance.do(act)

    def sweep(self) -> None:
        """Look once for files."""
        store = self._store
        remove_left_exports(store.settings.data_dir)
        for left in store.settings.data_dir.glob(f"{PREFIX}*"):
            remove_stale(left, STALE_S)
        store.artifacts.remove_drafts()
        num_files, num_sets = store.sweep_artifacts(is_shared=self._is_shared())
        if num_files or num_sets:
            words = "Removed %d files and %d data sets that killed processes had left."
            logger.info(words, num_files, num_sets)

    def _is_shared(self) -> bool:
        """Say whose the files are; return whether another database says so too."""
        others = self._store.claim_artifacts()
        if others != self._others and others:
            logger.warning(SHARED, "; ".join(others))
        self._others = others
        return bool(others)

    def _turn(self) -> None:
        self._endurance.do(self._is_shared)  # at once: another app may look in a minute
        pause_s, every_s = self._pauses
        while not self._closing.wait(pause_s):
            self._endurance.do(self.sweep)
            pause_s = every_s

    def _tidy_on(self) -> None:
        while not self._closing.is_set():
            self.tidy()  # at once, for what an earlier app left
            self._wake.wait(SOON_S if self._store.projects.removals.has_left else TIDY_S)
            self._wake.clear()

    def _forget_chunks(self) -> None:
        sweep(self._store.chunks, self._store.artifacts)

    def _remove_projects(self) -> None:
        self._store.projects.removals.sweep()
