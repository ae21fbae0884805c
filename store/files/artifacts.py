"""Files that rows name: data sets, checkpoints, frames. A file is there before its row.

A name is chosen by the program, never made of what people type: 1 to 5 parts of lower-case
letters, digits and `. _ -`, each beginning with a letter or digit.
"""

import hashlib
import os
import re
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ml.errors import InvalidInputError
from store.errors import (
    ArtifactDamagedError,
    ArtifactMissingError,
    ArtifactsRefusedError,
    ArtifactsUnavailableError,
    DataDirNotWritableError,
    DiskFullError,
)
from store.files.disk import BROKEN, check_room, disk_errors
from store.files.fetched import FETCHED_BYTES, OLD_DRAFT_S, Far, Fetched, go_on
from store.files.listed import Listed, list_folder
from store.files.local_files import link_or_copy, remove_if_old, write_whole
from store.files.places import Place
from store.files.standing import Standing

NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}(/[a-z0-9][a-z0-9._-]{0,99}){0,4}")


class Artifacts:
    """The files under one folder or fsspec URL.

    Args:
        url: a local folder or any fsspec URL.
        fetched: local folder for copies of remote files that must be memory-mapped.
        fetched_bytes: how much may lie there.

    Whatever is asked of remote files may raise ArtifactsUnavailableError, where nobody answers, or
    ArtifactsRefusedError, where the credentials are wrong.
    """

    def __init__(self, url: str, fetched: Path, fetched_bytes: int = FETCHED_BYTES) -> None:
        self._place = Place(url)
        self._fs, self._root = self._place.fs, self._place.root
        self._is_local = self._place.is_local
        self.shown = self._place.shown
        """Where they are, as a message may have it."""
        self.opening = self._place.opening
        """A context in which a `local_path` is opened; what may be raised is `Place.opening`'s."""
        self.standing = Standing(Path(self._root))
        """Of the folder, where they are in one."""
        self._fetched = Fetched(fetched, fetched_bytes)

    def check(self) -> None:
        """Check that files can be written, read and removed here.

        A local folder that is full passes: what is written there waits for room.

        Raises:
            ArtifactsUnavailableError: nobody answers.
            ArtifactsRefusedError: the credentials are wrong, there is no such bucket, or the local
                folder is not to be written.
            ArtifactDamagedError: it keeps other bytes than it was given.
        """
        name = f"probe/{uuid.uuid4().hex}"
        try:
            self.read(name, self.write(name, name.encode(), durable=not self._is_local))
            self.remove(name)
        except DiskFullError:
            pass
        except DataDirNotWritableError as error:
            raise ArtifactsRefusedError(
                f"The folder of artifacts_url, {self._root}, cannot be written "
                f"({error.__cause__}); correct its rights, or those of what starts this process."
            ) from error

    def write(self, name: str, data: bytes, durable: bool, *, is_followed: bool = False) -> str:
        """Save bytes under a name and return their sha256; readers never see half of them.

        `durable` waits until the disk has them; without it a power loss may take them. What
        `is_followed` by another durable file of its folder may be lost until that is written.

        Raises:
            InvalidInputError: the name is not one this program makes.
            DiskFullError: no room; nothing was saved.
            StoreUnavailableError: the disk fails, or is not mounted any more; nothing was saved.
        """
        if self._is_local:
            with disk_errors(), self.standing.kept():
                write_whole(self._local(name), data, durable, is_followed=is_followed)
        else:
            with self._sending():
                self._fs.pipe_file(self._full(name), data)
        return hashlib.sha256(data).hexdigest()

    def add_file(self, name: str, path: Path) -> None:
        """Save a local file under a name, durably; it stays where it is and must not change.

        Raises:
            DiskFullError: no room; nothing was saved.
        """
        if self._is_local:
            with disk_errors(), self.standing.kept():
                link_or_copy(path, self._local(name))
        else:
            with self._sending():
                self._fs.put_file(str(path), self._full(name))

    def check_room(self, paths: Collection[Path]) -> None:
        """Check that local files fit here; those that only get a second name always do.

        Nobody can say it of remote storage.

        Raises:
            DiskFullError: they do not.
        """
        if not self._is_local:
            return
        root = Path(self._root)
        with disk_errors(), self.standing.kept():
            root.mkdir(parents=True, exist_ok=True)
        status = [path.stat() for path in paths]
        copied = [each.st_size for each in status if each.st_dev != root.stat().st_dev]
        if copied:
            check_room(root, sum(copied), "The data set")

    def read(self, name: str, sha256: str | None = None) -> bytes:
        """Return the bytes of a name, checked against `sha256` when it is given.

        Raises:
            ArtifactMissingError: there is no such file.
            ArtifactDamagedError: the bytes are not those that were written, or cannot be read.
        """
        try:
            with self._place.speaking():
                data: bytes = self._fs.cat_file(self._full(name))
        except FileNotFoundError:
            raise ArtifactMissingError(f"The file {name} is missing.") from None
        except OSError as error:
            if error.errno not in BROKEN:
                raise
            raise ArtifactDamagedError(
                f"The file {name} cannot be read ({error.strerror}); look after the disk."
            ) from error
        if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
            raise ArtifactDamagedError(f"The file {name} is damaged: its checksum does not match.")
        return data

    def parts(self, name: str, block: int) -> Iterator[bytes]:
        """Yield the bytes of a name, at most `block` at once: it may be larger than memory.

        Raises:
            ArtifactMissingError: there is no such file.
        """
        try:
            with self._place.speaking(), self._fs.open(self._full(name), "rb") as file:
                while part := file.read(block):
                    yield part
        except FileNotFoundError:
            raise ArtifactMissingError(f"The file {name} is missing.") from None

    def is_reachable(self) -> bool:
        """Whether this place answers, and on this machine may be written."""
        if self._is_local:
            root = Path(self._root)
            return os.access(root if root.exists() else root.parent, os.W_OK | os.X_OK)
        try:
            with self._place.speaking():
                self._fs.exists(self._root)
        except (ArtifactsUnavailableError, ArtifactsRefusedError):
            return False
        return True

    def is_empty(self) -> bool:
        """Whether nothing lies here."""
        with self._place.speaking():
            return not self._fs.exists(self._root) or not self._fs.ls(self._root, detail=False)

    def exists(self, name: str) -> bool:
        """Whether a file has this name."""
        with self._place.speaking():
            return bool(self._fs.exists(self._full(name)))

    def size(self, name: str) -> int:
        """Return how many bytes a file has, 0 where there is none."""
        try:
            with self._place.speaking():
                return int(self._fs.size(self._full(name)) or 0)
        except FileNotFoundError:
            return 0

    def listed(self, folder: str) -> list[Listed]:
        """Return the files and folders in a folder; nothing where it is not there.

        What has no name of ours, such as a draft, is left out.
        """
        _checked(folder)
        return [each for each in list_folder(self._place, folder) if NAME.fullmatch(each.name)]

    def remove(self, name: str) -> None:
        """Remove a file; one that is not there is no error. An emptied folder goes too.

        Raises:
            ArtifactsRefusedError, DataDirNotWritableError, StoreUnavailableError: it cannot be now.
        """
        self.let_go(name)
        try:
            with disk_errors(), self._place.speaking():
                self._fs.rm_file(self._full(name))
        except FileNotFoundError:
            return
        if self._is_local:
            with suppress(OSError):  # it still holds files, or another process was faster
                self._local(name).parent.rmdir()

    def remove_drafts(self, older_s: float = OLD_DRAFT_S) -> int:
        """Remove what killed processes left half-written; return how many files those were."""
        if not self._is_local:
            return self._fetched.remove_drafts(older_s)
        before_s = time.time() - older_s
        return sum(
            remove_if_old(Path(folder, name), before_s)
            for folder, _, names in os.walk(self._root)  # passes over folders that vanish
            for name in names
            if name.startswith(".") and name.endswith(".tmp")
        )

    def local_path(self, name: str, check: Callable[[], None] = go_on) -> Path:
        """Return a path on this machine with the bytes of a name, fetched once if remote.

        Args:
            name: The file.
            check: Called now and then while it is fetched, which may take an hour; may raise. The
                next one who asks goes on from there.

        Raises:
            ArtifactMissingError: there is no such file.
            ArtifactsRefusedError, ArtifactsUnavailableError: as `opening`.
        """
        if not self._is_local:
            try:
                with disk_errors():
                    return self._fetched.get(_checked(name), self._look, check)
            except FileNotFoundError:
                raise ArtifactMissingError(f"The file {name} is missing.") from None
        path = self._local(name)
        with self.opening():
            is_there = path.exists()
        if not is_there:
            raise ArtifactMissingError(f"The file {name} is missing.")
        return path

    def let_go(self, name: str) -> None:
        """Remove this machine's copy of a remote file that is there no more."""
        if not self._is_local:
            self._fetched.remove(_checked(name))

    def _look(self, name: str) -> Far:
        """Describe a remote file for those who fetch it."""
        full = self._full(name)

        def piece(start: int, stop: int) -> bytes:
            with self._place.speaking():
                data: bytes = self._fs.cat_file(full, start=start, end=stop)
            return data

        with self._place.speaking():
            num_bytes, said = int(self._fs.size(full) or 0), str(self._fs.checksum(full))
        digest = hashlib.sha256(f"{num_bytes} {said}".encode()).hexdigest()[:32]
        return Far(num_bytes, digest, piece)

    @contextmanager
    def _sending(self) -> Iterator[None]:
        """Translate what goes wrong while a remote file is written."""
        try:
            with self._place.speaking("nothing was saved"):
                yield
        except FileNotFoundError as error:
            raise ArtifactsRefusedError(
                f"The artifacts cannot be kept at {self._place.shown} ({error}); make the bucket "
                "or folder, or correct artifacts_url."
            ) from None

    def _full(self, name: str) -> str:
        return f"{self._root}/{_checked(name)}"

    def _local(self, name: str) -> Path:
        return Path(self._full(name))


def _checked(name: str) -> str:
    if not NAME.fullmatch(name):
        raise InvalidInputError("This is not the name of an artifact.")
    return name
