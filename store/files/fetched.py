"""Copies of remote files on this machine, to be memory-mapped; those used longest ago go."""

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

FETCHED_BYTES: Final = 32 * 2**30
"""How much of what others keep may lie here."""
IN_USE_S: Final = 60.0
"""What somebody asked for just now stays until they have opened it."""
PIECE_BYTES: Final = 8 * 2**20
"""Asked for at once: a line of 70 kB a second brings one within the time a step may take."""
TURN_S: Final = 0.2
"""Between two looks whether another process has fetched what this one wants."""
OLD_DRAFT_S: Final = 3600.0
"""Age beyond which nobody goes on with a draft."""


def go_on() -> None:
    """Look after nothing meanwhile."""


@dataclass(frozen=True)
class Far:
    """A remote file, as whoever keeps it describes it."""

    num_bytes: int
    digest: str
    """Of what is there: another file of the same name has another one."""
    piece: Callable[[int, int], bytes]
    """Gives the bytes from one position to before another."""


class Fetched:
    """A folder of copies that any process of this machine may use and clear.

    A copy that is removed while it is mapped lives until the last map of it goes. One that is on
    its way has a name of its own: whoever wants it next goes on where it broke off.

    Args:
        root: the folder.
        most_bytes: how much may lie there; what is in use may be more.
    """

    def __init__(self, root: Path, most_bytes: int) -> None:
        self._root, self._most_bytes = root, most_bytes

    def get(self, name: str, look: Callable[[str], Far], check: Callable[[], None] = go_on) -> Path:
        """Return the copy of a file, fetched once.

        Args:
            name: The file.
            look: Says what there is of this name.
            check: Called between two pieces, and while another process fetches; may raise.
        """
        path = self._root / name
        try:
            os.utime(path)
        except FileNotFoundError:
            far = look(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.{far.digest}.tmp")
            self._drop_drafts(path, draft.name)
            with _locked(draft, path, check) as file:
                if file is not None:
                    _fill(file, far, check, draft)
                    draft.replace(path)
            self._clear()
        return path

    def remove(self, name: str) -> None:
        """Remove the copy of a file that is there no more, and what was on its way."""
        path = self._root / name
        path.unlink(missing_ok=True)
        self._drop_drafts(path)

    def remove_drafts(self, older_s: float) -> int:
        """Remove what nobody went on with for so long; return how many files those were."""
        before_s, num_removed = time.time() - older_s, 0
        for draft in self._root.rglob(".*.tmp"):
            with suppress(FileNotFoundError):  # another process was faster
                if draft.stat().st_mtime < before_s:
                    draft.unlink()
                    num_removed += 1
        return num_removed

    def _drop_drafts(self, path: Path, but: str = "") -> None:
        """Remove what was on its way of another file of this name."""
        for draft in path.parent.glob(f".{path.name}.*.tmp"):
            if draft.name != but:
                draft.unlink(missing_ok=True)

    def _clear(self) -> None:
        """Remove copies, and drafts a killed process left, until the others are few enough."""
        self.remove_drafts(OLD_DRAFT_S)
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


@contextmanager
def _locked(draft: Path, path: Path, check: Callable[[], None]) -> Iterator[IO[bytes] | None]:
    """Yield a draft that nobody else writes to; None where the file is there by now.

    The lock ends with its process, however that ends.
    """
    while True:
        with draft.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                check()
                time.sleep(TURN_S)
                continue
            if _is_still(draft, file):
                if path.exists():  # by another process, before this one made the draft anew
                    draft.unlink()
                    yield None
                else:
                    yield file
                return
        if path.exists():
            yield None
            return


def _is_still(draft: Path, file: IO[bytes]) -> bool:
    """Whether an open file is still what its name says: it may have been whole, or removed."""
    try:
        return os.path.samestat(draft.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _fill(file: IO[bytes], far: Far, check: Callable[[], None], draft: Path) -> None:
    """Write what is missing of a draft, piece by piece: it may be larger than memory."""
    start = os.fstat(file.fileno()).st_size
    if start > far.num_bytes:
        file.truncate(start := 0)
    try:
        while start < far.num_bytes:
            check()
            num_written = file.write(far.piece(start, min(start + PIECE_BYTES, far.num_bytes)))
            if not num_written:
                raise FileNotFoundError
            file.flush()
            os.fsync(file.fileno())  # the next process goes on from what is there
            start += num_written
    except OSError as error:
        if isinstance(error, FileNotFoundError) or error.errno in (errno.ENOSPC, errno.EDQUOT):
            draft.unlink(missing_ok=True)  # others need the room, or it is there no more
        raise
