"""Files that were brought, before they are read: on the disk, in a folder, within an archive."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, cast
from unicodedata import normalize

from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.records import Rejection

MOST_MEMBERS: Final = 200_000
"""Files in a folder or an archive."""
LEFTOVERS: Final = frozenset({"thumbs.db", "desktop.ini", "__macosx", "@eadir"})
"""What systems leave in folders; passed over, as is what begins with a dot."""

JOINERS: Final = "\u200c\u200d"
"""Characters without a shape of their own that scripts and emoji need."""


@dataclass(frozen=True)
class Member:
    """One file of a source, not yet read."""

    name: str
    """Where it lies in the source: its path with `/`, in Unicode's form NFC."""
    num_bytes: int
    """Its size when unpacked."""
    opener: Callable[[], BinaryIO] = field(repr=False, compare=False)
    """Opens it; use `open`."""
    path: Path | None = field(default=None, compare=False)
    """The file itself, where it lies on the disk as it is (not packed), else None."""

    @property
    def suffix(self) -> str:
        """How its name ends, in small letters with the dot, or ""."""
        return os.path.splitext(self.name)[1].lower()

    def open(self) -> BinaryIO:
        """Open it to read bytes from its beginning; it seeks, if slowly where it is packed.

        Raises:
            IntakeError: `unreadable` or `corrupt_archive`, here and from what the stream reads.
        """
        try:
            return self.opener()
        except OSError as error:
            raise IntakeError("unreadable", f"{self.name} cannot be opened: {error.strerror}.") \
                from error  # fmt: skip

    def read(self, limit: int = -1) -> bytes:
        """Return its bytes, at most `limit` of them; all where that is negative.

        Raises:
            IntakeError: `unreadable` or `corrupt_archive`.
        """
        with self.open() as stream:
            try:
                return stream.read(limit)
            except OSError as error:
                raise IntakeError("unreadable", f"{self.name} cannot be read: {error.strerror}.") \
                    from error  # fmt: skip

    def unpack(self) -> BinaryIO:
        """Unpack it into a temporary file without a name; return that, at its beginning.

        Raises:
            IntakeError: `unreadable` or `corrupt_archive`.
        """
        try:
            with self.open() as stream, ExitStack() as undone:
                unpacked = undone.enter_context(tempfile.TemporaryFile())
                shutil.copyfileobj(stream, unpacked, 2**20)
                unpacked.seek(0)
                undone.pop_all()
        except OSError as error:
            raise IntakeError(
                "unreadable",
                f"{shown(self.name)} cannot be unpacked: {error.strerror}; free some space, or "
                "bring it unpacked.",
            ) from error
        return cast("BinaryIO", unpacked)


def folder_members(root: Path) -> tuple[list[Member], list[Rejection]]:
    """Return the regular files below a folder; links that leave it are left out and told.

    Raises:
        IntakeError: `unreadable`.
        TooLargeError: with code `too_many_files`.
    """
    members: list[Member] = []
    rejections: list[Rejection] = []
    inside, start = root.resolve(), len(os.path.join(root, ""))
    for entry in _entries(root):
        name = _readable(entry.path[start:].replace(os.sep, "/"))
        if told := _refusal(entry, inside):
            rejections.append(Rejection(name, "unsafe_path", f"{shown(name)} {told}"))
        else:
            members.append(_member(Path(entry.path), name, entry.stat().st_size))
        check_count(len(members) + len(rejections))
    return members, rejections


def file_member(path: Path, name: str) -> Member:
    """Return one file of the disk as a member."""
    return _member(path, name, path.stat().st_size)


def is_leftover(name: str) -> bool:
    """Whether a file or folder of that name was not put there by the person."""
    return name.startswith(".") or name.lower() in LEFTOVERS


def check_count(num_members: int) -> None:
    """Refuse more files than a data set may consist of.

    Raises:
        TooLargeError: with code `too_many_files`.
    """
    if num_members > MOST_MEMBERS:
        raise TooLargeError(
            f"There are more than {MOST_MEMBERS:,} files in it; put the samples into one .npz or "
            "bring a part of them.", "too_many_files",
        )  # fmt: skip


def shown(name: str, most: int = 80) -> str:
    """Return a name for a sentence: printable and not too long."""
    text = printable(name)
    return text if len(text) <= most else f"{text[: most // 2]}…{text[-most // 2 :]}"


def printable(text: str) -> str:
    """Return text with a sign in the place of what would steer a terminal or hide a part of it."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in JOINERS else "�" for c in text)


def common_folder(names: Iterable[str]) -> str:
    """Return the deepest folder all paths lie in, with its `/` at the end, or ""."""
    # by their parts: as text "birds-old" comes between "birds" and "birds/young"
    folders = [folder.split("/") for folder in {name.rpartition("/")[0] for name in names}]
    if not folders:
        return ""
    low, high = min(folders), max(folders)
    shared = next((i for i, pair in enumerate(zip(low, high, strict=False))
                   if pair[0] != pair[1]), min(len(low), len(high)))  # fmt: skip
    root = "/".join(low[:shared])
    return f"{root}/" if root else ""


def _member(path: Path, name: str, num_bytes: int) -> Member:
    return Member(name, num_bytes, lambda: open(path, "rb"), path)


def _entries(root: Path) -> Iterator[os.DirEntry[str]]:
    """Yield all that is no folder, and links to folders, at any depth."""
    folders = [str(root)]
    while folders:
        try:
            entries = list(os.scandir(folders.pop()))
        except OSError as error:
            raise IntakeError("unreadable", f"A folder cannot be opened: {error.strerror}.") \
                from error  # fmt: skip
        for entry in entries:
            if is_leftover(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            else:
                yield entry


def _readable(name: str) -> str:
    """Return a path in NFC; bytes of the disk that are no UTF-8 become a sign for that."""
    return normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))


def _refusal(entry: os.DirEntry[str], inside: Path) -> str:
    """Return why something in a folder is left out, or ""."""
    if entry.is_symlink():
        if not Path(entry.path).resolve().is_relative_to(inside):
            return "is a link out of the folder; put a copy of the file there."
        if not Path(entry.path).exists():
            return "is a link to nothing; put the file itself there."
        if entry.is_dir():
            return "is a link to a folder; put the folder itself there."
    return "" if entry.is_file() else "is no regular file."
