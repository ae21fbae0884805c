"""Files that grow: a .npy row by row, in the memory of the rows at hand; bytes piece by piece."""

import os
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray


class GrowingArray:
    """An array on disk; a reader of the file sees whole rows only once it is closed."""

    def __init__(self, path: Path, shape: tuple[int, ...], dtype: str) -> None:
        """Begin the file.

        Args:
            path: of the new file.
            shape: of one row.
            dtype: as in the header, such as `|u1` or `<f4`.
        """
        self._shape, self._dtype = shape, dtype
        self._file = path.open("wb")
        self.num_rows = 0
        """Rows written."""
        self._write_header()
        self._file.flush()  # whoever looks at it meanwhile finds at least the shape

    def add(self, rows: NDArray[Any]) -> bytes:
        """Append rows, shape (n, *shape), and return their bytes."""
        data = np.ascontiguousarray(rows, self._dtype).tobytes()
        self._file.write(data)
        self.num_rows += len(rows)
        return data

    def close(self) -> None:
        """Write how many rows there are, and wait for the disk."""
        if self._file.closed:
            return
        self._file.seek(0)
        self._write_header()
        close_safely(self._file)

    def _write_header(self) -> None:
        # numpy leaves room in the header, so that it keeps its length as the first axis grows
        header = {"descr": self._dtype, "fortran_order": False,
                  "shape": (self.num_rows, *self._shape)}  # fmt: skip
        np.lib.format.write_array_header_1_0(self._file, header)


def close_safely(file: IO[Any]) -> None:
    """Close a file once the disk has it."""
    file.flush()
    os.fsync(file.fileno())
    file.close()


def map_growing(path: Path) -> NDArray[Any]:
    """Return the whole rows a growing file has by now, memory-mapped.

    Raises:
        FileNotFoundError: it was not begun yet.
    """
    with path.open("rb") as file:
        np.lib.format.read_magic(file)
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        start = file.tell()
    row_bytes = int(np.prod(shape[1:])) * dtype.itemsize
    num_rows = (path.stat().st_size - start) // row_bytes
    if not num_rows:
        return np.zeros((0, *shape[1:]), dtype)
    return np.memmap(path, dtype, "r", start, (num_rows, *shape[1:]))


def write_at(path: Path, at: int, data: bytes) -> None:
    """Write bytes into a file that ends at `at`, or none of them."""
    with path.open("r+b", buffering=0) as file:  # a buffer would try again what had no room
        file.seek(at)
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except OSError:
            file.truncate(at)
            raise


def checksum_at(path: Path, at: int, length: int) -> tuple[int, int]:
    """Return the CRC-32 of at most `length` bytes from `at` on, and how many there are."""
    with path.open("rb") as file:
        file.seek(at)
        data = file.read(length)
    return zlib.crc32(data), len(data)
