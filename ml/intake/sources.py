"""What a person brought, a folder, a zip or a file, as the files in it that may be read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal
from unicodedata import normalize

from ml.intake.archives import corrupt, zip_members
from ml.intake.errors import FormatError, IntakeError
from ml.intake.members import Member, file_member, folder_members, shown
from ml.intake.records import Rejection

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
TAR_AT: Final = 257
TAR: Final = b"ustar"
PACKED: Final = ((b"\x1f\x8b", ".tar.gz"), (b"BZh", ".tar.bz2"), (b"\xfd7zXZ\0", ".tar.xz"))
OTHER_ARCHIVES: Final = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07")


@dataclass(frozen=True)
class Source:
    """What was brought, sorted by the names of its members."""

    name: str
    """What the person calls it."""
    kind: Literal["file", "folder", "zip"]
    members: tuple[Member, ...]
    rejections: tuple[Rejection, ...] = ()
    """Files that no reader may see, such as archives within the archive."""
    told: tuple[str, ...] = ()
    """Sentences on how names were read that may have been meant otherwise."""

    def only(self, members: Sequence[Member]) -> "Source":
        """Return the source with some of its members and no rejections."""
        return replace(self, members=tuple(members), rejections=())

    def member(self, name: str) -> Member | None:
        """Return the member with that path, or None."""
        return self._by_name.get(normalize("NFC", name))

    @cached_property
    def _by_name(self) -> dict[str, Member]:
        return {member.name: member for member in self.members}


def open_source(path: Path, name: str) -> Source:
    """Return what lies at a path as a list of files, sorted by name.

    Args:
        path: a folder, a zip file or any other file.
        name: what the person calls it; the content decides what it is.

    Raises:
        IntakeError: `empty`, `unreadable`, or what `zip_members` refuses.
        TooLargeError: `too_many_files` or `bomb`.
        FormatError: for archives other than zip.
    """
    if path.is_dir():
        members, rejections = folder_members(path)
        return Source(name, "folder", _ordered(members, rejections, name), tuple(rejections))
    single = file_member(path, normalize("NFC", Path(name).name or name))
    head = single.read(512)
    if not head:
        is_archive = name.lower().endswith((".zip", ".npz"))
        code = "corrupt_archive" if is_archive else "empty"
        raise IntakeError(code, f"{shown(name)} is empty; copy or download it again.")
    _refuse_other_archives(head, name)
    if head.startswith(ZIP) and not name.lower().endswith(".npz"):
        members, rejections, told = zip_members(path, name)
        return Source(name, "zip", _ordered(members, rejections, name), tuple(rejections), told)
    if name.lower().endswith((".zip", ".npz")) and not head.startswith(ZIP):
        raise corrupt(name)
    return Source(name, "file", (single,))


def _ordered(members: list[Member], rejections: list[Rejection], name: str) -> tuple[Member, ...]:
    """Return members by name: however they were packed, they come in the same order."""
    if not members and rejections:
        raise IntakeError(rejections[0].code, rejections[0].message)
    if not members:
        raise IntakeError("empty", f"There is no file in {shown(name)}.")
    ordered = sorted(members, key=lambda member: member.name)
    for before, after in pairwise(ordered):
        if before.name == after.name:
            raise IntakeError("duplicate_name", f"There are two files '{shown(after.name)}' in "
                              f"{shown(name)}; rename one of them.")  # fmt: skip
    return tuple(ordered)


def _refuse_other_archives(head: bytes, name: str) -> None:
    is_tar = head[TAR_AT : TAR_AT + len(TAR)] == TAR or name.lower().endswith((".tar", ".tgz"))
    packed = any(head.startswith(magic) and name.lower().endswith(suffix)
                 for magic, suffix in PACKED)  # fmt: skip
    if is_tar or packed or head.startswith(OTHER_ARCHIVES):
        raise FormatError(f"{shown(name)} is an archive of a kind not read here; pack it as a zip.")
