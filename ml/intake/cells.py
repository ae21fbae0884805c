"""Cells as numbers: vectors of rows, and what is wrong with the rows that have none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ml.intake.members import shown

LARGEST_VALUE: Final = 1e15
"""Beyond it sums of squares leave float32."""
LONGEST_WORD: Final = 500
"""Characters of a cell that are shown; the middle of longer ones is left out."""
MOST_KNOWN: Final = 10_000
WRITTEN: Final = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


@dataclass(frozen=True)
class Fault:
    """Why a row is no vector."""

    code: str
    message: str
    """The end of a sentence that begins with where the row is."""
    dimension: int | None = None
    """The first value that is wrong."""


def to_numbers(array: pa.Array, decimal: str = ".") -> NDArray[np.floating[Any]]:
    """Return cells as numbers, shape (n,), float64 or what they were: NaN for empty ones and text.

    Args:
        array: numbers of any type, booleans, or text.
        decimal: "," where text may have that before its decimals.
    """
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        return _parsed(array, decimal)
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.uint8())
    if array.null_count == 0 and array.type in (pa.float32(), pa.float64()):
        return np.asarray(array.to_numpy(zero_copy_only=False))
    values = array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.asarray(values, dtype=np.float64)


def to_vectors(
    columns: Sequence[pa.Array], is_list: bool, num_dimensions: int, decimal: str = "."
) -> tuple[NDArray[np.floating[Any]], NDArray[np.bool_]]:
    """Return rows as vectors, shape (n, num_dimensions), and which have that length, (n,).

    Args:
        columns: one of numbers for each dimension, or the one whose cells are lists of them.
        is_list: which of both.
        num_dimensions: of a vector.
        decimal: as in `to_numbers`.
    """
    if not is_list:
        stacked = np.stack([to_numbers(each, decimal) for each in columns], axis=1)
        return stacked, np.ones(len(stacked), np.bool_)
    column = columns[0]
    lengths = pc.fill_null(pc.list_value_length(column), -1).to_numpy(zero_copy_only=False)
    fits = np.asarray(lengths == num_dimensions)
    # flatten() of a slice leaves out what lies beside it, and what its null rows hold
    inside = column if fits.all() else column.filter(pa.array(fits))
    values = to_numbers(inside.flatten()).reshape(-1, num_dimensions)
    if fits.all():
        return values, fits
    vectors = np.full((len(column), num_dimensions), np.nan, values.dtype)
    vectors[fits] = values
    return vectors, fits


def find_faults(vectors: NDArray[np.floating[Any]], fits: NDArray[np.bool_]) -> dict[int, Fault]:
    """Return what is wrong with rows, by their place; sound rows are left out.

    Args:
        vectors: shape (n, num_dimensions).
        fits: rows whose vector has the right length, shape (n,).
    """
    # rows are looked at one by one only where something is wrong
    with np.errstate(invalid="ignore"):
        sizes = np.abs(vectors).max(axis=1, initial=0)  # (n,), NaN where one is
    bad = np.flatnonzero(~(sizes <= LARGEST_VALUE) | ~fits)
    return {int(i): _fault(vectors[i], bool(fits[i])) for i in bad}


def _fault(vector: NDArray[np.floating[Any]], fits: bool) -> Fault:
    if not fits:
        return Fault("other_length", f"is no list of {len(vector):,} numbers as the first row is.")
    wrong = np.flatnonzero(~np.isfinite(vector))
    if wrong.size:
        return Fault("non_finite", f"has {wrong.size:,} of {len(vector):,} values that are empty, "
                     "not finite or no numbers; fill them in or leave the row out.",
                     int(wrong[0]))  # fmt: skip
    largest = float(np.abs(vector).max())
    return Fault("too_large_value", f"has a value of {largest:.0e}; the limit is "
                 f"{LARGEST_VALUE:g}, so scale the column.")  # fmt: skip


def _parsed(array: pa.Array, decimal: str) -> NDArray[np.float64]:
    try:
        values = array.cast(pa.float64())
    except pa.ArrowInvalid:
        values = _sorted_out(array, decimal)
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)


def _sorted_out(array: pa.Array, decimal: str) -> pa.Array:
    """Return text as numbers, null where it is none."""
    text = pc.utf8_trim_whitespace(array)
    # spreadsheets guard cells that begin with a sign from being taken for formulas
    text = pc.replace_substring_regex(text, pattern="^'([+-])", replacement=r"\1")
    if decimal != ".":
        text = pc.replace_substring(text, decimal, ".")
    is_written = pc.match_substring_regex(text, WRITTEN)
    return pc.if_else(is_written, text, pa.scalar(None, text.type)).cast(pa.float64())


def to_words(array: pa.Array, names: Sequence[str] = ()) -> list[str | None]:
    """Return cells as text for people, None for empty ones; whole numbers without decimals.

    Args:
        array: cells of any type; what a list holds is joined by commas.
        names: what whole numbers are called.
    """
    if pa.types.is_nested(array.type):
        return [None if cell is None else _word(_joined(cell), ()) for cell in array.to_pylist()]
    known: dict[Any, str | None] = {None: None}
    words = []
    for value in array.to_pylist():
        if value not in known:
            known = known if len(known) < MOST_KNOWN else {None: None}
            known[value] = _word(value, names)
        words.append(known[value])
    return words


def _joined(cell: Any) -> str:
    return ", ".join(map(str, cell)) if isinstance(cell, list) else str(cell)


def _word(value: Any, names: Sequence[str]) -> str | None:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if isinstance(value, int) and names and value < len(names):
        value = names[value] if value >= 0 else ""  # the datasets library's -1 is no label
    text = shown(str(value), LONGEST_WORD).strip()
    return None if value != value or not text else text  # NaN differs from itself
