"""Vectors: rows of an array of floating-point numbers, or of tables (`table_opening`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ml.intake.cells import find_faults
from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.recipes import of_vectors
from ml.intake.records import BATCH, Batch, Outline, Reader, Rejection
from ml.intake.roles import MOST_DIMENSIONS
from ml.intake.table_opening import open_tables

__all__ = ["open_tables", "open_vectors"]
TREATMENT: Final = ("Numbers are kept as they are, in single precision.",)


def open_vectors(
    array: Any,
    sample_ids: Sequence[str] | None = None,
    class_names: Sequence[str | None] | None = None,
) -> Reader:
    """Recognise the rows of an array.

    Args:
        array: numbers, shape (n, D), that can be sliced: an array or a memory map.
        sample_ids: of each row; None for its index.
        class_names: of each row, None for none; None where nobody knows any.

    Raises:
        IntakeError: `not_numbers`, `empty` or `other_count`.
        TooLargeError: with code `too_many_dimensions`.
    """
    shape, kind = tuple(array.shape), np.dtype(array.dtype).kind
    if len(shape) != 2 or kind not in "fiub":
        raise IntakeError("not_numbers", f"The array is {array.dtype} of shape {shape}; vectors "
                          "are real numbers of shape (samples, dimensions).")  # fmt: skip
    if 0 in shape:
        raise IntakeError("empty", f"The array has the shape {shape}; there is nothing in it.")
    if shape[1] > MOST_DIMENSIONS:
        raise TooLargeError(f"The vectors have {shape[1]:,} dimensions; the limit is "
                            f"{MOST_DIMENSIONS:,}, so leave some out, or reduce them as PCA does.",
                            "too_many_dimensions")  # fmt: skip
    for what, given in (("ids", sample_ids), ("class names", class_names)):
        if given is not None and len(given) != shape[0]:
            raise IntakeError("other_count", f"There are {len(given):,} {what} for {shape[0]:,} "
                              "vectors; there must be one for each.")  # fmt: skip
    outline = Outline("vector", "NPY", (shape[1],), shape[0], TREATMENT, of_vectors())
    return ArrayVectors(outline, array, sample_ids, class_names)


@dataclass(frozen=True)
class ArrayVectors:
    """An array whose rows are samples; a `Reader`."""

    outline: Outline
    array: Any
    sample_ids: Sequence[str] | None
    class_names: Sequence[str | None] | None

    def read(self) -> Iterator[Batch | Rejection]:
        """Yield vectors, and a rejection for each row with a value that is not finite or huge."""
        for start in range(0, len(self.array), BATCH):
            rows = np.asarray(self.array[start : start + BATCH])
            numbers = rows.astype(np.float64 if rows.dtype.kind != "f" else rows.dtype)
            faults = find_faults(numbers, np.ones(len(numbers), np.bool_))
            for i, fault in faults.items():
                where = f"Row {start + i:,} (counting from 0)"
                yield Rejection(self._id(start + i), fault.code, f"{where} {fault.message}")
            kept = [i for i in range(len(numbers)) if i not in faults]
            if kept:
                yield self._batch(numbers[kept].astype(np.float32), [start + i for i in kept])

    def _batch(self, values: Any, rows: Sequence[int]) -> Batch:
        names = self.class_names
        return Batch(
            values=values,
            sample_ids=[self._id(i) for i in rows],
            class_names=[None if names is None else names[i] for i in rows],
        )

    def _id(self, row: int) -> str:
        return str(row) if self.sample_ids is None else self.sample_ids[row]
