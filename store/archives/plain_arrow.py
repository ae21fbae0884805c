"""Whether an Arrow file lies there as it is read: nothing in it is compressed.

Lodemap writes the tables of data sets plain and maps them into memory. A compressed buffer would be
unpacked into memory whenever it is read, whatever size it grows to, so no archive may bring one.
Arrow tells of it only by unpacking; hence the file's footer and the head of each batch are read
here as FlatBuffers (the Arrow columnar format, "IPC file format", and Schema.fbs, Message.fbs and
File.fbs): tables whose fields are found by a list of offsets.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

MAGIC: Final = b"ARROW1"
_BLOCK: Final = struct.Struct("<qi4xq")
_BATCH: Final = 3
"""Of Message.header_type: a record batch."""
_DICTIONARIES, _BATCHES = 2, 3
"""Fields of Footer."""
_HEADER_TYPE, _HEADER, _METADATA = 1, 2, 4
"""Fields of Message; by the last one, files of before named their compression."""
_COMPRESSION: Final = 3
"""Field of RecordBatch."""
MOST_FOOTER_BYTES: Final = 2**24
MOST_HEAD_BYTES: Final = 2**20


def is_plain(path: Path) -> bool:
    """Return whether a file is one of Arrow's, of record batches alone, none of it compressed."""
    try:
        with path.open("rb") as file:
            footer = _footer(file, path.stat().st_size)
            root = _root(footer)
            if any(_blocks(footer, root, _DICTIONARIES)):
                return False
            blocks = _blocks(footer, root, _BATCHES)
            return all(_is_plain_batch(_head(file, *block)) for block in blocks)
    except (struct.error, ValueError, IndexError):
        return False


def _footer(file: BinaryIO, size: int) -> bytes:
    tail = 4 + len(MAGIC)
    file.seek(max(0, size - tail))
    end = file.read(tail)
    (length,) = struct.unpack_from("<i", end)
    if end[4:] != MAGIC or not 0 < length <= min(size - tail, MOST_FOOTER_BYTES):
        raise ValueError("no footer")
    file.seek(size - tail - length)
    return file.read(length)


def _head(file: BinaryIO, offset: int, length: int) -> bytes:
    """Return the message before a batch: after 4 bytes of ones, or none, and 4 of its length."""
    if not 0 < length <= MOST_HEAD_BYTES:
        raise ValueError("no message")
    file.seek(offset)
    data = file.read(length)
    return data[8:] if data[:4] == b"\xff\xff\xff\xff" else data[4:]


def _is_plain_batch(head: bytes) -> bool:
    message = _root(head)
    kind = _field(head, message, _HEADER_TYPE)
    if kind is None or head[kind] != _BATCH or _field(head, message, _METADATA) is not None:
        return False
    at = _field(head, message, _HEADER)
    return at is not None and _field(head, _pointed(head, at), _COMPRESSION) is None


def _blocks(data: bytes, table: int, nth: int) -> Iterator[tuple[int, int]]:
    """Yield where messages begin, and how long they are."""
    if (at := _field(data, table, nth)) is not None:
        start = _pointed(data, at)
        (count,) = struct.unpack_from("<I", data, start)
        for k in range(count):
            offset, length, _ = _BLOCK.unpack_from(data, start + 4 + k * _BLOCK.size)
            yield offset, length


def _root(data: bytes) -> int:
    return _pointed(data, 0)


def _pointed(data: bytes, at: int) -> int:
    (offset,) = struct.unpack_from("<I", data, at)
    return at + int(offset)


def _field(data: bytes, table: int, nth: int) -> int | None:
    """Return where field `nth` of a table lies, None where it is left out."""
    (back,) = struct.unpack_from("<i", data, table)
    index = table - back
    if index < 0:
        raise ValueError("no table")
    (size,) = struct.unpack_from("<H", data, index)
    entry = 4 + 2 * nth
    (offset,) = struct.unpack_from("<H", data, index + entry) if entry + 2 <= size else (0,)
    return table + offset if offset else None
