"""Files on a disk of this machine: whole or not at all, and still there after a power loss."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

NUM_TRIES: Final = 100
"""To make a file in a folder that others find empty and take away."""


def write_whole(
    path: Path, data: bytes, durable: bool, *, is_private: bool = False, is_followed: bool = False
) -> None:
    """Save bytes; `durable` waits until the disk has them and their name.

    What `is_private` can be read by its owner alone, from the first byte on. What `is_followed` by
    another durable file of its folder leaves it to that to wait for the name.
    """

    def write(draft: Path) -> None:
        with _new_private(draft) if is_private else draft.open("xb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())

    _make(path, write)
    if durable and not is_followed:
        sync(path.parent)


def _new_private(draft: Path) -> BinaryIO:
    return os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def link_or_copy(path: Path, to: Path) -> None:
    """Give a file a second name, or copy it where it lies on another disk."""

    def link(draft: Path) -> None:
        try:
            draft.hardlink_to(path)
        except FileNotFoundError:
            raise
        except OSError:  # another disk, or one that knows no links
            shutil.copyfile(path, draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())

    _make(to, link)
    sync(to.parent)


def _make(path: Path, write: Callable[[Path], None]) -> None:
    """Make a file by way of a draft beside it, so that nobody sees half of it.

    Its folder is made too, again where `remove` emptied and took it before the draft was there.
    """
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        for tries in range(1, NUM_TRIES + 1):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write(draft)
                break
            except (FileNotFoundError, FileExistsError):  # the latter by mkdir, gone when it looks
                if tries == NUM_TRIES:
                    raise
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def folders_as_found(folder: Path) -> Iterator[None]:
    """Take away in the end what a block makes of a folder and those above it, and leaves empty."""
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        yield
    finally:
        for each in made:
            with suppress(OSError):  # it was not made, or somebody has put something there
                each.rmdir()


def remove_if_old(draft: Path, before_s: float) -> bool:
    """Remove a draft that was last written before a moment; one that is gone is no error."""
    try:
        is_old = draft.stat().st_mtime < before_s
        if is_old:
            draft.unlink()
    except FileNotFoundError:
        return False
    return is_old


def sync(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
