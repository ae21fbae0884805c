"""Columns of bytes in Parquet files that hold words: ids, hashes, and text that is not called so.

Spark, Impala and others write text as bytes unless told otherwise.
"""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ml.intake.formats import HEAD_BYTES, format_of

LONGEST_KEY: Final = 64
"""Bytes of an id or a hash; no picture is as short."""


def is_short_key(kind: pa.DataType) -> bool:
    """Whether a type is bytes of one short length, such as UUIDs have."""
    return bool(pa.types.is_fixed_size_binary(kind)) and kind.byte_width <= LONGEST_KEY


def are_words(cells: Sequence[bytes | None]) -> bool:
    """Whether bytes are text, ids or hashes, by some of a column; not where all are empty."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(
        (len(cell) <= LONGEST_KEY or _text(cell) is not None)
        and format_of(cell[:HEAD_BYTES], "", len(cell)).family == "none"
        for cell in filled
    )


def as_words(cells: pa.Array) -> pa.Array:
    """Return bytes as text where they are printable UTF-8, else in hexadecimal digits."""
    if pa.types.is_dictionary(cells.type):
        return pa.DictionaryArray.from_arrays(cells.indices, as_words(cells.dictionary))
    try:
        words = cells.cast(pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        words = None
    if words is not None and pc.all(pc.utf8_is_printable(words)).as_py() is not False:
        return words
    return pa.array([None if cell is None else _word(cell) for cell in cells.to_pylist()],
                    pa.string())  # fmt: skip


def _word(cell: bytes) -> str:
    text = _text(cell)
    return cell.hex() if text is None else text


def _text(cell: bytes) -> str | None:
    """Return bytes as text, None where they are none, but for white space around and within."""
    try:
        text = cell.decode("utf-8")
    except UnicodeError:
        return None
    return text if "".join(text.split()).isprintable() else None
