"""Opening an archive that anybody may have made: nothing is believed before it is checked.

Members are read by name and never unpacked to paths that the archive chooses.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from store.archives.archive import (
    ARTIFACTS,
    DATA,
    DATASET_FILE,
    MANIFEST,
    MORE_DATA,
    MORE_ROWS,
    MOST_MANIFEST_BYTES,
    PROJECT_FILE,
    ROWS,
    BadArchiveError,
    Manifest,
)
from store.archives.row_lines import LONGEST_LINE
from store.files.artifacts import NAME
from store.files.packed import TORN, ChangedError, Member, checked_parts, is_ours

MOST_MEMBERS: Final = 2_000_000
MOST_BYTES: Final = 256 * 2**30
"""All members unpacked."""
LARGEST_RATIO: Final = 200
"""How often the size of the file all members may be together, once they are above `FREE_BYTES`."""
FREE_BYTES: Final = 64 * 2**20
MOST_ARTIFACT_BYTES: Final = 2**30
MOST_JSON_BYTES: Final = 2**20
"""Of the project's and the data set's description."""
CUT_OFF: Final = "This file is no Lodemap archive, or it was cut off on its way; get it again."


class ArchiveReader:
    """An archive whose directory and manifest agree; members are checked as they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        """Open an archive.

        Args:
            file: Seekable; it stays open.

        Raises:
            NewerArchiveError: a newer Lodemap wrote it.
            BadArchiveError: it is none, cut off, a bomb, or holds what no archive holds.
        """
        with _translated():
            file.seek(0, 2)
            size = file.tell()
            self._zip = zipfile.ZipFile(file)
            infos = self._zip.infolist()
        _check_directory(infos, size)
        self._infos = {info.filename: info for info in infos}
        self.manifest = Manifest.from_bytes(self._read_manifest())
        self._check_members()

    @property
    def has_data(self) -> bool:
        """Whether the arrays of the data set are in it."""
        return all(name in self.manifest.members for name in DATA)

    @property
    def artifacts(self) -> list[str]:
        """Names of the files in it, as rows name them."""
        return [n.removeprefix(ARTIFACTS) for n in self.manifest.members if n.startswith(ARTIFACTS)]

    def read(self, name: str) -> bytes:
        """Return a member at once.

        Raises:
            BadArchiveError: when it is not there or not what was written.
        """
        return b"".join(self.parts(name))

    def parts(self, name: str) -> Iterator[bytes]:
        """Yield a member in blocks; the last comes only when all of them were what was written.

        Raises:
            BadArchiveError: when it is not there or not what was written.
        """
        wanted = self.manifest.members.get(name)
        if wanted is None:
            raise BadArchiveError(f"The archive lacks {name[:80]}; export it again.")
        try:
            with _translated():
                yield from checked_parts(self._zip, name, wanted)
        except ChangedError:
            raise BadArchiveError(
                f"The archive was changed: {name[:80]} is not what was written; export it again."
            ) from None

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a member.

        Raises:
            BadArchiveError: when it is not there, not what was written, or a line is too long.
        """
        rest = b""
        for part in self.parts(name):
            *whole, rest = (rest + part).split(b"\n")
            yield from whole
            if len(rest) > LONGEST_LINE:
                raise BadArchiveError(f"The archive's {name} has a line above 64 MB.")
        if rest:
            yield rest

    def _read_manifest(self) -> bytes:
        info = self._infos.get(MANIFEST)
        if info is None:
            raise BadArchiveError("This zip is no archive of a Lodemap project.")
        if info.file_size > MOST_MANIFEST_BYTES:
            raise BadArchiveError(f"The archive's {MANIFEST} is larger than 256 MB.")
        with _translated(), self._zip.open(info) as member:
            return member.read(MOST_MANIFEST_BYTES)

    def _check_members(self) -> None:
        members, held = self.manifest.members, set(self._infos) - {MANIFEST}
        if stray := sorted(held ^ set(members)):
            raise BadArchiveError(
                f"The archive was changed: {stray[0][:80]} is only in its directory or only in "
                "its manifest; export it again."
            )
        for name, member in members.items():
            _check_member(name, member)
            if self._infos[name].file_size != member.size:
                raise BadArchiveError(f"The archive was changed: {name[:80]} has another size.")


def _check_directory(infos: list[zipfile.ZipInfo], size: int) -> None:
    if len(infos) > MOST_MEMBERS:
        raise BadArchiveError(f"The archive holds {len(infos)} files; {MOST_MEMBERS} are the most.")
    if len({info.filename for info in infos}) != len(infos):
        raise BadArchiveError("The archive holds two files of one name; export it again.")
    for info in infos:
        if not is_ours(info) or info.is_dir():
            raise BadArchiveError(
                f"The archive's {info.filename[:80]} is encrypted, a folder, or packed in a way "
                "that Lodemap does not use; export it again."
            )
    total = sum(info.file_size for info in infos)
    if total > MOST_BYTES or total > max(FREE_BYTES, LARGEST_RATIO * size):
        raise BadArchiveError(
            f"The archive of {size / 2**20:.1f} MB would unpack to {total / 2**20:,.0f} MB, more "
            f"than {LARGEST_RATIO} times as much; it is not opened."
        )


def _check_member(name: str, member: Member) -> None:
    """Refuse a member that no archive of ours has."""
    if name.startswith(ARTIFACTS):
        is_known = NAME.fullmatch(name.removeprefix(ARTIFACTS)) is not None
        most = MOST_ARTIFACT_BYTES
    else:
        is_known = (
            name in ROWS
            or name in MORE_ROWS
            or name in DATA
            or name in MORE_DATA
            or name in (PROJECT_FILE, DATASET_FILE)
        )
        most = MOST_JSON_BYTES if name in (PROJECT_FILE, DATASET_FILE) else MOST_BYTES
    if not is_known:
        shown = re.sub(r"[^\w ./-]", "?", name[:80])
        raise BadArchiveError(f"The archive holds '{shown}', which no archive of a project has.")
    if member.size > most:
        raise BadArchiveError(f"The archive's {name} has {member.size} bytes; {most} are the most.")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except TORN as error:
        raise BadArchiveError(CUT_OFF) from error
