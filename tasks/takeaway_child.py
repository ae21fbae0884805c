"""The process that makes what people take along: `python -m tasks.takeaway_child`.

It is told what on one line of stdin, and says in lines of JSON how far it is (`done`, 0 to 1) and
at last what to know (`notes`) or why it ended (`error`). It gives way to everything else, has a
limit on its memory, loads no PyTorch, and ends with the app, or as soon as somebody cancels.
"""

from ml import startup

# isort: split
import os
import sys
import time
from pathlib import Path
from typing import Any, Final

from ml.errors import LodemapError
from store.opening import open_store
from store.settings import Settings
from store.takeaway.making import make
from store.takeaway.wish import Wish
from tasks.child_life import limit, say, take_task

startup.all_in()

MEMORY_BYTES: Final = 4 * 2**30
"""Of heap and stacks, at most; less on a small machine."""
TELL_S: Final = 0.15
"""Pause between two lines of progress."""


class Progress:
    """Says how much is done, now and then."""

    def __init__(self) -> None:
        self._said_s = 0.0

    def __call__(self, share: float) -> None:
        """Hear how much is done, 0 to 1."""
        now_s = time.monotonic()
        if now_s - self._said_s > TELL_S:
            self._said_s = now_s
            say(done=round(share, 3))


def run(task: dict[str, Any]) -> None:
    """Make one file."""
    try:
        wish = Wish.from_json(task["wish"])
        with open_store(Settings.from_env(os.environ)) as store:
            say(notes=make(store, task["project_id"], wish, Path(task["path"]), Progress()))
    except LodemapError as error:
        say(error={"code": error.code, "message": error.sentence, "status": error.status})
    except MemoryError:
        words = "Making it takes more memory than the server lends; choose a smaller width."
        say(error={"code": "too_large", "message": words, "status": 413})


def main() -> int:
    """Make one file; returns the exit status."""
    limit(MEMORY_BYTES)
    run(take_task())
    return 0


if __name__ == "__main__":
    sys.exit(main())
