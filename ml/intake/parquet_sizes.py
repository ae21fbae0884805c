"""How large columns of a Parquet file become, told by its footer before they are read."""

from typing import Any, BinaryIO, Final

BATCH_BYTES: Final = 2**25
"""Of a batch, by what the footer says that its columns take; pyarrow copies it twice meanwhile."""
HEAD_BYTES: Final = 8
"""Of a page, in which its type and size are."""
WIDTHS: Final = {"BOOLEAN": 1, "INT32": 4, "INT64": 8, "INT96": 12, "FLOAT": 4, "DOUBLE": 8}
"""Bytes of a number in memory, by its physical type."""
_INT_FIELD: Final = b"\x15"
"""The next field, a 32-bit number."""
_DICTIONARY_PAGE: Final = 4
"""A page's type 2, as a zigzag number."""


def chunk_bytes(chunk: Any) -> int:
    """Return how many bytes the values of a column chunk take in memory.

    A page unpacked may be far less: of one number a million times it holds the number and how
    often. Words are what their pages hold; `dictionary_bytes` tells of those that rows share.

    Args:
        chunk: What the footer says of it.
    """
    width = WIDTHS.get(chunk.physical_type, 0)
    return int(max(chunk.total_uncompressed_size, width * chunk.num_values))


def expanded_bytes(chunk: Any) -> int:
    """Return how many bytes of a column chunk count where a file is refused that expands too far.

    Those of its pages; of lists all numbers, since one row may hold them all.

    Args:
        chunk: What the footer says of it.
    """
    is_list = "." in chunk.path_in_schema
    return chunk_bytes(chunk) if is_list else int(chunk.total_uncompressed_size)


def dictionary_bytes(stream: BinaryIO, chunk: Any) -> int:
    """Return how many bytes the dictionary of a column chunk has unpacked; 0 where there is none.

    Those of numbers count as 0: no number is large, and `chunk_bytes` tells how many there are.

    By the head of its first page, in Thrift's compact protocol: a field's tag and a zigzag number,
    first the page's type, then this size (parquet.thrift, `PageHeader`). One that is written
    otherwise counts as `BATCH_BYTES`.

    Args:
        stream: the file.
        chunk: what the footer says of the chunk.
    """
    if chunk.physical_type in WIDTHS:
        return 0
    # where the footer tells of none, the first page may be one all the same
    stream.seek(max(0, chunk.dictionary_page_offset or chunk.data_page_offset))
    head = stream.read(HEAD_BYTES)
    if head[:1] != _INT_FIELD or head[2:3] != _INT_FIELD:
        return BATCH_BYTES
    if head[1] != _DICTIONARY_PAGE:
        return 0
    value, shift = 0, 0
    for byte in head[3:]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    return value >> 1
