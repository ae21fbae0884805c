"""Copies of remote files on this machine, to be memory-mapped; those used longest ago go."""

import os
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

FETCHED_BYTES: Final = 32 * 2**30
"""How much of what others keep may lie here."""
IN_USE_S: Final = 60.0
"""What somebody asked for just now stays until they have opened it."""


class Fetched:
    """A folder of copies that any process of this machine may use and clear.

    A copy that is removed while it is mapped lives until the last map of it goes.

    Args:
        root: the folder.
        most_bytes: how much may lie there; what is in use may be more.
    """

    def __init__(self, root: Path, most_bytes: int) -> None:
        self._root, self._most_bytes = root, most_bytes

    def get(self, name: str, download: Callable[[str, Path], None]) -> Path:
        """Return the copy of a file, downloaded once: `download(name, path)` writes it."""
        path = self._root / name
        try:
            os.utime(path)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
            try:
                download(name, draft)
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
            self._clear()
        return path

    def remove(self, name: str) -> None:
        """Remove the copy of a file that is there no more."""
        (self._root / name).unlink(missing_ok=True)

    def _clear(self) -> None:
        """Remove copies, and drafts a killed process left, until the others are few enough."""
        found = []
        for path in self._root.rglob("*"):
            with suppress(FileNotFoundError):  # another process was faster
                if path.is_file():
                    status = path.stat()
                    found.append((status.st_mtime, status.st_size, path))
        too_many = sum(size for _, size, _ in found) - self._most_bytes
        before_s = time.time() - IN_USE_S
        for used_s, size, path in sorted(found):
            if too_many <= 0 or used_s > before_s:
                return
            path.unlink(missing_ok=True)
            too_many -= size
