"""The folder in which a backup is put together: it goes with its process, however that ends.

It is locked as long as a process works in it, which the system ends with the process. So a folder
that nobody holds is of one that was killed, and the next backup clears it away: it holds a copy of
the database.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PREFIX: Final = ".lodemap-backup-"
"""No folder of somebody's own is called so: what is cleared away must be ours."""


@contextmanager
def workplace(beside: Path) -> Iterator[Path]:
    """Give an empty folder in `beside`, for this person alone, which goes when the block ends.

    Raises:
        OSError: it cannot be made.
    """
    for left in beside.glob(f"{PREFIX}*"):
        _clear_dead(left)
    folder, held = _make(beside)
    try:
        yield folder
    finally:
        try:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(held)


def _make(beside: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=beside))
        with suppress(FileNotFoundError):
            held = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
            with suppress(OSError):  # a disk without locks: nobody else gets one there either
                fcntl.flock(held, fcntl.LOCK_EX)
            if folder.exists():  # else another took it for a dead one's before it was held
                return folder, held
            os.close(held)


def _clear_dead(folder: Path) -> None:
    """Remove a folder unless somebody may be at work in it."""
    with suppress(OSError):
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(held)
