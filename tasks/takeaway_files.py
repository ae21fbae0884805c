"""Where the files of takeaways lie: a folder of one app, which goes with it, or soon after it."""

import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from store.files.disk import disk_errors

FOLDER: Final = "takeaways"
STALE_S: Final = 3600.0
"""A folder untouched for so long belongs to no app any more: one that runs touches its own."""


class OwnFolder:
    """A folder for the files of this app, made when it is first asked for."""

    def __init__(self, data_dir: Path) -> None:
        self._above = data_dir / FOLDER
        self._own: Path | None = None

    def path(self) -> Path:
        """Return it.

        Raises:
            DiskFullError, DataDirNotWritableError: it cannot be made.
        """
        if self._own is None or not self._own.is_dir():
            with disk_errors("The folder of takeaways"):
                self._above.mkdir(mode=0o700, exist_ok=True)
                self._own = Path(tempfile.mkdtemp(dir=self._above))
        return self._own

    def look_after(self) -> None:
        """Say that this app lives, and remove what an app left that was killed."""
        with suppress(FileNotFoundError):
            if self._own is not None:
                os.utime(self._own)
            for left in self._above.iterdir():
                remove_stale(left, STALE_S)

    def remove(self) -> None:
        """Remove it, with all that is in it."""
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)
        self._own = None


def remove_stale(left: Path, after_s: float) -> None:
    """Remove a folder that nobody has touched for so long; another app may be doing the same."""
    with suppress(FileNotFoundError):
        if time.time() - left.stat().st_mtime > after_s:
            shutil.rmtree(left, ignore_errors=True)
