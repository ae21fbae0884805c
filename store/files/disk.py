"""What a disk can refuse, in a person's words."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from store.errors import DataDirNotWritableError, DiskFullError, StoreUnavailableError

BROKEN: Final = (errno.EIO, errno.ESTALE, errno.ENODEV, errno.ETIMEDOUT)
"""What a disk says that is failing, or that is no longer there."""
SPARE_BYTES: Final = 64 * 2**20
"""What large files leave free: the database and what people say about their data need it."""


@contextmanager
def disk_errors(what: str = "The artifacts") -> Iterator[None]:
    """Translate what goes wrong inside the block.

    Raises:
        DiskFullError: no room.
        DataDirNotWritableError: the rights are missing.
        StoreUnavailableError: the disk itself fails.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFullError(
                "The disk is full - not saved. Free some space and try again."
            ) from error
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise DataDirNotWritableError(
                f"{what} cannot be written ({error.strerror}); not saved."
            ) from error
        if error.errno in BROKEN:
            raise StoreUnavailableError(
                f"The disk fails ({error.strerror}); not saved. Try again, and look after the disk."
            ) from error
        raise


def check_room(folder: Path, num_bytes: int, what: str) -> None:
    """Check that so many bytes fit on the disk of a folder, before the first is written.

    Others may fill the disk meanwhile: what is written then ends by `disk_errors`.

    Raises:
        DiskFullError: they do not, with how much is needed and free.
    """
    free = max(0, shutil.disk_usage(folder).free - SPARE_BYTES)
    if num_bytes > free:
        raise DiskFullError(
            f"{what} needs {in_words(num_bytes)}, and {in_words(free)} are free on the disk; free "
            "some space and try again."
        )


def in_words(num_bytes: int) -> str:
    """Return a number of bytes as people read it: "3.2 GB"."""
    if num_bytes >= 10**9:
        return f"{num_bytes / 1e9:,.1f} GB"
    return f"{num_bytes / 1e6:,.1f} MB"
