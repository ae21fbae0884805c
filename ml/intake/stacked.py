"""Several arrays of rows as one that can be sliced."""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, overload

import numpy as np
from numpy.typing import NDArray

from ml.intake.array_pictures import Part
from ml.intake.arrays import ArrayFile


class StackedRows:
    """Arrays (n, D) one below the other. Slices that follow each other are read in one pass.

    Attributes:
        shape: (rows of all, D).
        dtype: that holds the values of all.
    """

    def __init__(self, arrays: Sequence[ArrayFile]) -> None:
        self._arrays = arrays
        self.shape = (sum(len(array) for array in arrays), *arrays[0].shape[1:])
        self.dtype: np.dtype[Any] = np.result_type(*(array.dtype for array in arrays))
        self._open: tuple[ArrayFile, int, BinaryIO] | None = None
        self._whole: tuple[ArrayFile, NDArray[Any]] | None = None

    def __len__(self) -> int:
        return self.shape[0]

    def __del__(self) -> None:
        self._close()

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        """Return consecutive rows, shape (rows, D).

        Raises:
            IntakeError: as `ArrayFile.chunks`.
        """
        start, stop, _ = rows.indices(len(self))
        pieces = list(self._pieces(start, stop))
        return np.concatenate(pieces) if pieces else np.empty((0, *self.shape[1:]), self.dtype)

    def _pieces(self, start: int, stop: int) -> Iterator[NDArray[Any]]:
        first = 0
        for array in self._arrays:
            last = first + len(array)
            if max(first, start) < min(last, stop):
                yield self._rows(array, max(start, first) - first, min(stop, last) - first)
            first = last

    def _rows(self, array: ArrayFile, start: int, stop: int) -> NDArray[Any]:
        if array.needs_whole:
            if self._whole is None or self._whole[0] is not array:
                self._whole = (array, array.whole())
            return self._whole[1][start:stop]
        if self._open is None or self._open[0] is not array or self._open[1] != start:
            self._close()
            stream = array.opener()
            stream.seek(stream.tell() + start * array.row_bytes)
        else:
            stream = self._open[2]
        self._open = (array, stop, stream)
        rows = array.next_rows(stream, stop - start)
        if stop == len(array):
            self._close()
        return rows

    def _close(self) -> None:
        if self._open is not None:
            self._open[2].close()
        self._open = None


class StackedIds(Sequence[str]):
    """The sample ids of parts one below the other, made as they are asked for."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return sum(len(part.values) for part in self._parts)

    @overload
    def __getitem__(self, row: int) -> str: ...

    @overload
    def __getitem__(self, row: slice) -> list[str]: ...

    def __getitem__(self, row: int | slice) -> str | list[str]:
        """Return the id of one row, or of several."""
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        for part in self._parts:
            if 0 <= row < len(part.values):
                return part.ids(row, row + 1)[0]
            row -= len(part.values)
        raise IndexError("There are not so many rows.")
