"""What a disk can refuse, in a person's words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from store.errors import DataDirNotWritableError, DiskFullError


@contextmanager
def disk_errors(what: str = "The artifacts") -> Iterator[None]:
    """Translate what goes wrong inside the block.

    Raises:
        DiskFullError: no room.
        DataDirNotWritableError: the rights are missing.
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
        raise
