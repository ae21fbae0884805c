"""The data directory: its owner's only, and one app's at a time."""

import fcntl
import os
import stat
from pathlib import Path
from typing import Final, Self

from store.errors import DataDirBusyError, DataDirNotWritableError, DataDirUnsafeError

LOCK_FILE: Final = "app.lock"
WRITABLE_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


def prepare(folder: Path) -> None:
    """Make the data directory (0700), or check that it is safe to use.

    Raises:
        DataDirNotWritableError: it cannot be made or written.
        DataDirUnsafeError: others own it or may write to it.
    """
    try:
        if not folder.exists():
            folder.mkdir(mode=0o700, parents=True)
        status = folder.stat()
    except OSError as error:
        raise _not_writable(folder, error.strerror) from None
    if not folder.is_dir():
        raise _not_writable(folder, "it is not a directory")
    if status.st_uid != os.geteuid():
        raise DataDirUnsafeError(
            f"The data directory {folder} belongs to another user; use one of your own."
        )
    if status.st_mode & WRITABLE_BY_OTHERS:
        raise DataDirUnsafeError(
            f"Others may write to the data directory {folder}; run chmod 700 on it."
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _not_writable(folder, "permission denied")


class DataDirLock:
    """Held by the one app of a data directory; workers open the same store without it.

    The kernel lets go when the process dies, however it dies.

    Raises:
        DataDirBusyError: another app holds it; the message names its pid.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / LOCK_FILE
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _not_writable(folder, error.strerror) from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(self._descriptor, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(self._descriptor)
            raise DataDirBusyError(
                f"Another Lodemap (pid {pid}) works in {folder}; stop it, "
                "or choose another --data-dir."
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, str(os.getpid()).encode())

    def close(self) -> None:
        """Let another app in."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _not_writable(folder: Path, why: str | None) -> DataDirNotWritableError:
    return DataDirNotWritableError(
        f"The data directory {folder} cannot be written ({why}); choose another --data-dir."
    )
