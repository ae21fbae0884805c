"""A thread that has the desk look at its imports every few seconds, and tidy up now and then."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from ml.errors import LodemapError

logger = logging.getLogger(__name__)

LOOK_S: Final = 5.0
"""Between two looks."""
TIDY_S: Final = 1800.0
"""Between two times of tidying up."""


class DeskWatch:
    """Calls `look` every few seconds and `tidy` every half hour, first of all both."""

    def __init__(self, look: Callable[[], None], tidy: Callable[[], None]) -> None:
        self._look, self._tidy = look, tidy
        self._tidied_s: float | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="intake-watch", daemon=True)

    def start(self) -> None:
        """Begin; the first look comes at once."""
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        is_well = True
        while True:
            try:
                self._look_and_tidy()
                is_well = True
            except LodemapError as error:
                if is_well:
                    logger.warning("Imports cannot be looked up: %s", error.sentence)
                is_well = False
            if self._closing.wait(LOOK_S):
                return

    def _look_and_tidy(self) -> None:
        self._look()
        if self._tidied_s is None or time.monotonic() - self._tidied_s > TIDY_S:
            self._tidy()
            self._tidied_s = time.monotonic()
