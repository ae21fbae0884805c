"""A thread that has the desk look at its imports every few seconds, and tidy up now and then."""

import time
from collections.abc import Callable
from typing import Final

from tasks.rounds import Rounds

LOOK_S: Final = 5.0
"""Between two looks."""
TIDY_S: Final = 1800.0
"""Between two times of tidying up."""


class DeskWatch:
    """Calls `look` every few seconds and `tidy` every half hour, first of all both."""

    def __init__(self, look: Callable[[], None], tidy: Callable[[], None]) -> None:
        self._look, self._tidy = look, tidy
        self._tidied_s: float | None = None
        self.rounds = Rounds(
            "intake-watch", self._look_and_tidy, LOOK_S, "Imports cannot be looked up"
        )
        """Its thread."""

    def start(self) -> None:
        """Begin; the first look comes at once."""
        self.rounds.start()

    def close(self) -> None:
        """Stop looking."""
        self.rounds.close()

    def _look_and_tidy(self) -> None:
        self._look()
        if self._tidied_s is None or time.monotonic() - self._tidied_s > TIDY_S:
            self._tidy()
            self._tidied_s = time.monotonic()
