"""Arrays in files, read row by row: numpy's .npy, and what is laid out like one.

The header says shape and type and is checked before memory is asked for; values are never
unpickled. Format: numpy's NEP 1.
"""

import io
import math
import struct
import tokenize
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, BinaryIO, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.members import Member, shown

MOST_BYTES: Final = 4_000_000_000
"""Of one array."""
MOST_BYTES_WHOLE: Final = 1_000_000_000
"""Of an array that can only be read as a whole."""
CHUNK_BYTES: Final = 8_000_000
"""Of one batch, about."""
LAST_CHARACTER: Final = 0x10FFFF
SURROGATES: Final = 0xD800 >> 11
"""Of Unicode: halves of characters, which are none by themselves."""
LONGEST_HEADER: Final = 65_536
NUMBERS: Final = "buif"
TEXTS: Final = "US"
BROKEN_HEADER: Final = (
    ValueError, SyntaxError, TypeError, EOFError, struct.error, tokenize.TokenError, KeyError,
    MemoryError, RecursionError, OverflowError, UnicodeError, AttributeError, IndexError,
)  # fmt: skip
"""What numpy's reader of headers raises for bytes that are none."""


@dataclass(frozen=True)
class ArrayFile:
    """An array whose header was read and checked; slices read its rows."""

    name: str
    """Where it lies, for sentences and sample ids."""
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    """Numbers, truth values or text; never objects."""
    opener: Callable[[], BinaryIO]
    """Opens its values, at the first of them."""
    is_column_major: bool = False
    """Stored column by column (Fortran), and so read as a whole."""
    is_samples_last: bool = False
    """Stored with its rows along the last axis, which `shape` has first; read as a whole too."""

    @property
    def needs_whole(self) -> bool:
        """Whether it can only be read as a whole."""
        return self.is_column_major or self.is_samples_last

    def samples_first(self) -> "ArrayFile":
        """Return the array with its last axis as rows."""
        return replace(self, shape=(self.shape[-1], *self.shape[:-1]), is_samples_last=True)

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def num_bytes(self) -> int:
        """Of its values, as stored."""
        return math.prod(self.shape) * self.dtype.itemsize

    def chunks(self, num_rows: int) -> Iterator[NDArray[Any]]:
        """Yield its rows in order, `num_rows` at once (fewer at the end), from one opening.

        Raises:
            IntakeError: `truncated` or `corrupt_archive`.
            TooLargeError: where it can only be read as a whole.
        """
        if self.needs_whole:
            whole = self._transposed()
            yield from (whole[i : i + num_rows] for i in range(0, len(self), num_rows))
            return
        with self.opener() as stream:
            for start in range(0, len(self), num_rows):
                yield self.next_rows(stream, min(num_rows, len(self) - start))

    def whole(self) -> NDArray[Any]:
        """Return all of it.

        Raises:
            IntakeError: as `chunks`.
            TooLargeError: above `MOST_BYTES_WHOLE`.
        """
        self._check_whole()
        return next(self.chunks(max(len(self), 1)), np.empty(self.shape, self.dtype))

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        """Return consecutive rows; quick in a plain file, from the start in a packed one."""
        start, stop, step = rows.indices(len(self))
        if self.needs_whole or step != 1:
            return self.whole()[rows]
        with self.opener() as stream:
            stream.seek(stream.tell() + start * self.row_bytes)
            return self.next_rows(stream, max(stop - start, 0))

    @property
    def row_bytes(self) -> int:
        """Of one row, as stored."""
        return math.prod(self.shape[1:]) * self.dtype.itemsize

    def next_rows(self, stream: BinaryIO, num_rows: int) -> NDArray[Any]:
        """Return the rows that follow in a stream of `opener`; see `chunks` for the errors."""
        data = read_exactly(stream, num_rows * self.row_bytes)
        if len(data) < num_rows * self.row_bytes:
            raise truncated(self.name, self.num_bytes, "fewer")
        return self._values(data).reshape(num_rows, *self.shape[1:])

    def _transposed(self) -> NDArray[Any]:
        self._check_whole()
        with self.opener() as stream:
            data = read_exactly(stream, self.num_bytes)
        if len(data) < self.num_bytes:
            raise truncated(self.name, self.num_bytes, "fewer")
        order: Literal["F", "C"] = "F" if self.is_column_major else "C"
        if not self.is_samples_last:
            return self._values(data).reshape(self.shape, order=order)
        stored = self._values(data).reshape((*self.shape[1:], len(self)), order=order)
        return np.moveaxis(stored, -1, 0)

    def _values(self, data: bytes) -> NDArray[Any]:
        """Return bytes as values; numpy itself fails on text that is none."""
        if self.dtype.kind == "U":
            codes = np.frombuffer(data, self.dtype.str[0] + "u4")
            if ((codes > LAST_CHARACTER) | (codes >> 11 == SURROGATES)).any():
                raise IntakeError("corrupt", f"{shown(self.name)} holds text with characters that "
                                  "do not exist; save it again.")  # fmt: skip
        return np.frombuffer(data, self.dtype)

    def _check_whole(self) -> None:
        if self.num_bytes > MOST_BYTES_WHOLE:
            raise TooLargeError(
                f"{shown(self.name)} has {_size(self.num_bytes)} and must be read as a whole, "
                f"which has a limit of {_size(MOST_BYTES_WHOLE)}; save it in row-major order, "
                "samples first."
            )


def npy_array(member: Member) -> ArrayFile:
    """Return an .npy file as an array, its values unread.

    Raises:
        IntakeError: `pickle_refused`, `corrupt`, `truncated`, `bad_dtype` or `empty`.
        TooLargeError: when the header declares more than `MOST_BYTES`.
    """
    name = shown(member.name)
    head = member.read(LONGEST_HEADER)
    stream = io.BytesIO(head)
    try:
        shape, is_column_major, dtype = _read_header(stream)
    except BROKEN_HEADER as error:
        raise IntakeError("corrupt", f"{name} is no .npy file or is damaged; save it again with "
                          "numpy.save.") from error  # fmt: skip
    offset = stream.tell()
    check_declared(name, shape, dtype, member.num_bytes - offset)
    return ArrayFile(
        member.name, shape, dtype, partial(open_at, member, offset),
        is_column_major and len(shape) > 1,
    )  # fmt: skip


def check_declared(
    name: str, shape: tuple[int, ...], dtype: np.dtype[Any], num_bytes: int | None
) -> None:
    """Check what a header declares, before memory is asked for.

    Args:
        name: of the file, for sentences.
        shape: as declared.
        dtype: as declared.
        num_bytes: that follow the header; None where only unpacking tells.

    Raises:
        IntakeError: `pickle_refused`, `bad_dtype`, `truncated` or `empty`.
        TooLargeError: for more than `MOST_BYTES`.
    """
    if dtype.hasobject:
        raise IntakeError("pickle_refused", f"{name} contains Python objects (pickle); save "
                          "numeric arrays only.")  # fmt: skip
    if dtype.kind not in NUMBERS + TEXTS or dtype.itemsize > LONGEST_HEADER or dtype.shape:
        raise IntakeError("bad_dtype", f"{name} holds values of type {str(dtype)[:40]}; save whole "
                          "numbers, floating-point numbers or text.")  # fmt: skip
    declared = math.prod(shape) * dtype.itemsize
    if declared > MOST_BYTES:
        raise TooLargeError(f"{name} declares {_size(declared)}; the limit is {_size(MOST_BYTES)}.")
    if not shape or min(shape) < 0 or not declared:
        raise IntakeError("empty", f"{name} holds no values (its shape is {shape_text(shape)}).")
    if num_bytes is not None and declared > num_bytes:
        raise truncated(name, declared, f"{num_bytes:,}")


def truncated(name: str, expected: int, found: str) -> IntakeError:
    """Return the error for a file that ends before its values do."""
    return IntakeError(
        "truncated",
        f"{shown(name)} was cut off: {expected:,} bytes of values were expected, the file has "
        f"{found}; copy or download it again.",
    )


def read_exactly(stream: BinaryIO, num_bytes: int) -> bytes:
    """Return `num_bytes`, or fewer where the stream ends; packed streams give them in pieces.

    Raises:
        IntakeError: `unreadable` or `corrupt_archive`.
    """
    try:
        data = stream.read(num_bytes)
        if len(data) == num_bytes or not data:
            return data
        pieces, missing = [data], num_bytes - len(data)
        while missing and (piece := stream.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
    except OSError as error:
        raise IntakeError("unreadable", f"A file cannot be read: {error}.") from error
    return b"".join(pieces)


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape as people write it: "70,000 x 28 x 28"."""
    return " x ".join(f"{side:,}" for side in shape) or "a single value"


def rows_at_once(row_bytes: int, most: int) -> int:
    """Return how many rows make a batch: at most `most`, and about `CHUNK_BYTES`."""
    return max(1, min(most, CHUNK_BYTES // max(row_bytes, 1)))


def _read_header(stream: io.BytesIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy tells of headers written by Python 2
        if np.lib.format.read_magic(stream) == (1, 0):
            return np.lib.format.read_array_header_1_0(stream)
        return np.lib.format.read_array_header_2_0(stream)


def open_at(member: Member, offset: int) -> BinaryIO:
    """Open a member at a place, in bytes from its beginning."""
    stream = member.open()
    stream.seek(offset)
    return stream


def _size(num_bytes: int) -> str:
    if num_bytes >= 1e9:
        return f"{num_bytes / 1e9:,.3g} GB" if num_bytes < 1e12 else f"{num_bytes / 1e9:,.0f} GB"
    return f"{num_bytes / 1e6:,.3g} MB"
