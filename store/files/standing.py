"""Whether a folder is still the one it was: a disk may be unmounted from under a process.

What is then written lies in the bare folder beneath, and is out of sight once the disk is back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import ArtifactsAwayError, ArtifactsElsewhereError


class Standing:
    """Notices that another folder, or none, is where one was."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: tuple[int, int] | None = None
        self.judge: Callable[[], None] | None = None
        """Says by ArtifactsElsewhereError that the folder is not the right one; asked about each
        that was not there at the last write. None lets every folder pass."""

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Check the folder before the block writes to it, and once more before that counts.

        Raises:
            ArtifactsAwayError: it is not the right one; what was written is nowhere.
            StoreUnavailableError: nobody can say whether it is.
        """
        self._check()
        try:
            yield
        except FileNotFoundError:  # a draft that went with the disk
            self._check()
            raise
        self._check()

    def check(self) -> None:
        """Check the folder, also where it is that of the last write: a file was not found there.

        Raises:
            ArtifactsAwayError: it is not the right one.
            StoreUnavailableError: nobody can say whether it is.
        """
        self._known = None
        self._check()

    def _check(self) -> None:
        seen = self._seen()
        if self.judge is None or (seen is not None and seen == self._known):
            return
        try:
            self.judge()
        except ArtifactsElsewhereError as error:
            raise ArtifactsAwayError(self._folder) from error
        self._known = seen

    def _seen(self) -> tuple[int, int] | None:
        """Return device and number of the folder, None where there is none."""
        try:
            status = self._folder.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return status.st_dev, status.st_ino
