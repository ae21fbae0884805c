"""Four bytes in the header of frames and fields by which damage is found.

A seal is the CRC-32 of all the bytes, its own taken as 0. What an earlier Lodemap wrote has none,
which is 0.
"""

import struct
import zlib
from collections.abc import Sequence
from typing import Final

AT: Final = 44
"""Where it is; both headers have room there."""
_SEAL: Final = struct.Struct("<I")


def sealed(parts: Sequence[bytes]) -> bytes:
    """Join the parts of a file and seal it.

    Args:
        parts: The header first, at least 48 bytes with nothing at `AT`, then what follows it.
    """
    header = bytearray(parts[0])
    _SEAL.pack_into(header, AT, _sum(parts))
    return b"".join([header, *parts[1:]])


def is_whole(data: bytes) -> bool:
    """Whether a file is what was sealed; one without a seal passes, one without a header does not.

    Args:
        data: All of a frame or a field.
    """
    start = AT + _SEAL.size
    if len(data) < start:
        return False
    (seal,) = _SEAL.unpack_from(data, AT)
    view = memoryview(data)
    return seal in (0, _sum([view[:AT], bytes(_SEAL.size), view[start:]]))


def _sum(parts: Sequence[bytes | memoryview]) -> int:
    total = 0
    for part in parts:
        total = zlib.crc32(part, total)
    return total
