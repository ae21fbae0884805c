"""What a zip of ours says of the files in it, and how it holds them: archives and backups alike."""

import zipfile
from dataclasses import dataclass
from typing import Any, Final

import orjson

from store.names import SHA256

_ENCRYPTED: Final = 1


@dataclass(frozen=True)
class Member:
    """A file of the zip."""

    size: int
    """Bytes when unpacked."""
    sha256: str
    """Of those bytes."""


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
