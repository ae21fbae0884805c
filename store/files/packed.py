"""What a zip of ours says of the files in it, and how it holds them: archives and backups alike."""

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from store.names import SHA256

BLOCK: Final = 2**20
"""Bytes of a file that are at hand at once."""
TORN: Final = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError)
"""What Python raises of a zip that was cut off, or is none."""
_ENCRYPTED: Final = 1


@dataclass(frozen=True)
class Member:
    """A file of the zip."""

    size: int
    """Bytes when unpacked."""
    sha256: str
    """Of those bytes."""


class ChangedError(Exception):
    """A file of a zip is not what was written."""


class Hashed:
    """The parts of a file; once all have been taken, `member` says what they were."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = parts
        self._digest, self._size = hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            self._digest.update(part)
            self._size += len(part)
            yield part

    @property
    def member(self) -> Member:
        """Size and hash of what was taken so far."""
        return Member(self._size, self._digest.hexdigest())


def checked_parts(packed: zipfile.ZipFile, name: str, wanted: Member) -> Iterator[bytes]:
    """Yield a file in blocks; the last comes only when all of them were what was written.

    Raises:
        ChangedError: they were not.
        zipfile.BadZipFile, or another of `TORN`: it cannot be read.
    """
    held = b""
    with packed.open(name) as member:
        hashed = Hashed(iter(lambda: member.read(BLOCK), b""))
        for block in hashed:
            if held:
                yield held
            held = block
    if hashed.member != wanted:
        raise ChangedError
    if held:
        yield held


def to_member(told: object) -> Member | None:
    """Return a file as a manifest tells of it, None where it says nothing that can be true."""
    size, sha256 = (told.get("size"), told.get("sha256")) if isinstance(told, dict) else (None,) * 2
    if type(size) is not int or size < 0:
        return None
    if not isinstance(sha256, str) or SHA256.fullmatch(sha256) is None:
        return None
    return Member(size, sha256)


def is_ours(info: zipfile.ZipInfo) -> bool:
    """Whether a file is packed as we pack: stored or deflated, and not encrypted."""
    is_plain = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return is_plain and not info.flag_bits & _ENCRYPTED


def to_object(data: bytes) -> dict[str, Any] | None:
    """Read one JSON object; None when it is none."""
    try:
        values = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return values if isinstance(values, dict) else None
