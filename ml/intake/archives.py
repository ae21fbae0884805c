"""Zip files as members, without believing what they say about themselves.

Sizes are summed over all members, so that overlapping ones gain nothing (D. Fifield, A better zip
bomb, WOOT 2019), and no member gives more bytes than it declared: zipfile stops there.
"""

import io
import stat
import struct
import weakref
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, BinaryIO, Final
from unicodedata import normalize

from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.members import Member, check_count, is_leftover, shown
from ml.intake.records import Rejection
from ml.intake.zip_names import names_of

MOST_BYTES: Final = 8_000_000_000
"""Of everything in an archive, unpacked."""
MOST_EXPANSION: Final = 100
"""Times an archive may grow when unpacked."""
HARMLESS_BYTES: Final = 16_000_000
"""Unpacked, this much is no bomb however small the archive was."""
BUFFER: Final = 65_536
"""Bytes unpacked at once, at least."""
BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error,
    ValueError, OSError, UnicodeError,
)  # fmt: skip
"""What zipfile raises for archives that are damaged or lie."""
ARCHIVES: Final = (".zip", ".7z", ".rar", ".tar", ".tgz", ".tbz2", ".txz", ".cbz")
ENCRYPTED: Final = 0x1
"""Bit of a member's flags (PKWARE APPNOTE 4.4.4)."""


def zip_members(
    packed: Path | BinaryIO, name: str
) -> tuple[list[Member], list[Rejection], tuple[str, ...]]:
    """Return what may be read of a zip file, the archives within it, which may not, and remarks.

    The remarks say how names were read that may have been meant otherwise.

    Args:
        packed: the file, or a stream that seeks; it is closed with the last member.
        name: for sentences.

    Raises:
        IntakeError: `corrupt_archive`, `unsafe_path`, `link_in_archive`, `encrypted`.
        TooLargeError: `too_many_files` or `bomb`.
    """
    archive, num_bytes = _opened(packed, name)
    infos = archive.infolist()
    check_count(len(infos))
    _check_expansion(infos, num_bytes, name)
    members: list[Member] = []
    rejections: list[Rejection] = []
    names, told = names_of(infos)
    for info, given in zip(infos, names, strict=True):
        inner = _checked_name(info, given)
        if info.is_dir() or any(is_leftover(part) for part in inner.split("/")):
            continue
        if inner.lower().endswith(ARCHIVES):
            rejections.append(_nested(inner))
        else:
            members.append(_member(archive, info, inner))
    return members, rejections, told


def corrupt(name: str) -> IntakeError:
    """Return the error for an archive that cannot be unpacked."""
    return IntakeError(
        "corrupt_archive",
        f"{shown(name)} is damaged or was cut off and cannot be unpacked; pack or download it "
        "again.",
    )


class MemberStream(io.RawIOBase):
    """A packed member, whose damage is told as an `IntakeError`.

    Args:
        stream: unpacks.
        name: for sentences.
        inner: what `stream` reads from, where closing the one does not close the other.
    """

    def __init__(self, stream: Any, name: str, inner: IO[bytes] | None = None) -> None:
        self._stream = stream
        self._name = name
        self._inner = inner

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say whether it can go back, which reads it again from the start."""
        return bool(self._stream.seekable())

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place, in bytes; see `io.IOBase.seek`."""
        try:
            return int(self._stream.seek(offset, whence))
        except BROKEN as error:
            raise corrupt(self._name) from error

    def tell(self) -> int:
        """Return the place, in bytes from the start."""
        return int(self._stream.tell())

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes, all that are left where it is negative."""
        try:
            return bytes(self._stream.read(size))
        except BROKEN as error:
            raise corrupt(self._name) from error

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as there are bytes; return how many."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        """Return what is left; the inherited way goes in small steps."""
        return self.read()

    def close(self) -> None:
        """Close the member, not the archive."""
        self._stream.close()
        if self._inner is not None:
            self._inner.close()
        super().close()


def buffered(stream: MemberStream) -> BinaryIO:
    """Return a stream whose small reads and lines are quick, and whose reads give all asked for."""
    return io.BufferedReader(stream, BUFFER)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Member:
    def opened() -> BinaryIO:
        try:
            return buffered(MemberStream(archive.open(info), name))
        except BROKEN as error:
            raise corrupt(name) from error

    return Member(name, info.file_size, opened)


def _checked_name(info: zipfile.ZipInfo, name: str) -> str:
    """Return a member's path; refuse those that lead elsewhere, links and encrypted members."""
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or "\0" in name or (len(name) > 1 and name[1] == ":"):
        raise IntakeError("unsafe_path", f"The archive holds a file '{shown(name)}', which points "
                          "outside of it; pack the folder again.")  # fmt: skip
    if stat.S_ISLNK(info.external_attr >> 16):
        raise IntakeError("link_in_archive", f"The archive holds a link, '{shown(name)}'; pack the "
                          "files themselves.")  # fmt: skip
    if info.flag_bits & ENCRYPTED:
        raise IntakeError("encrypted", f"'{shown(name)}' in the archive is encrypted; pack it "
                          "without a password.")  # fmt: skip
    return normalize("NFC", "/".join(part for part in parts if part not in ("", ".")))


def _opened(packed: Path | BinaryIO, name: str) -> tuple[zipfile.ZipFile, int]:
    """Return an archive that closes its file when nobody holds it any more, and the file's size.

    Members hold the archive, and nobody says when they are no longer needed.
    """
    stream: BinaryIO = packed.open("rb") if isinstance(packed, Path) else packed
    try:
        archive = zipfile.ZipFile(stream)
    except BROKEN as error:
        stream.close()
        raise corrupt(name) from error
    weakref.finalize(archive, stream.close)
    return archive, stream.seek(0, io.SEEK_END)


def _check_expansion(infos: list[zipfile.ZipInfo], num_packed: int, name: str) -> None:
    total = sum(info.file_size for info in infos)
    if total > MOST_BYTES:
        raise TooLargeError(f"{shown(name)} unpacks to {total / 1e9:,.1f} GB; the limit is "
                            f"{MOST_BYTES / 1e9:,.1f} GB.", "bomb")  # fmt: skip
    check_expansion(total, num_packed, name)


def check_expansion(total: int, num_packed: int, name: str) -> None:
    """Refuse what unpacks to far more than it is.

    Args:
        total: Bytes unpacked.
        num_packed: Bytes packed.
        name: Of the file, for the sentence.

    Raises:
        TooLargeError: with code `bomb`.
    """
    times = total / max(num_packed, 1)
    if times > MOST_EXPANSION and total > HARMLESS_BYTES:
        raise TooLargeError(f"{shown(name)} expands {times:,.0f}x when unpacked; the limit is "
                            f"{MOST_EXPANSION}x. Pack it without compression.", "bomb")  # fmt: skip


def _nested(name: str) -> Rejection:
    return Rejection(name, "nested_archive", f"{shown(name)} is an archive within the archive; "
                     "unpack it first.")  # fmt: skip
