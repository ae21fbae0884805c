"""How long whoever waits for an answer lets an old journal be read."""

from typing import Final

from store.errors import StillReadingError
from store.journal.past import PAGE

MOST_READ: Final = 20_000
"""Events that are read for one answer, some two seconds' work. Milestones lie 5,000 apart, so that
more are only read once they are gone; each answer that is refused leaves some of them."""


class Patience:
    """Is called before each page of a journal, and ends once they are too many."""

    def __init__(self) -> None:
        self._num_read = 0

    def __call__(self) -> None:
        """Let another page be read.

        Raises:
            StillReadingError: it would be too many.
        """
        self._num_read += PAGE
        if self._num_read > MOST_READ:
            raise StillReadingError(
                "This old state is still being read from the journal. Ask again in a moment."
            )
