"""Arrays in a .safetensors file: a header in JSON says where each of them lies.

Format: Hugging Face, safetensors, "Format". The package's own reader maps whole files into memory;
the header is all that is needed here.
"""

from functools import partial
from typing import Any, Final

import numpy as np
import orjson

from ml.intake.array_sets import Named
from ml.intake.arrays import ArrayFile, check_declared, open_at
from ml.intake.errors import IntakeError
from ml.intake.members import Member, shown

MOST_HEADER_BYTES: Final = 10_000_000
SIZE_BYTES: Final = 8
"""At the start: the size of the header, little-endian."""
TYPES: Final = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "F16": "<f2", "U32": "<u4",
    "I32": "<i4", "F32": "<f4", "U64": "<u8", "I64": "<i8", "F64": "<f8",
}  # fmt: skip
"""Names of types, and numpy's names of them."""


def safetensors_arrays(member: Member) -> Named:
    """Return the arrays by name, their values unread.

    Raises:
        IntakeError: `corrupt`, `truncated`, `bad_dtype` or `empty`.
        TooLargeError: when one declares more than 4 GB.
    """
    head = member.read(SIZE_BYTES)
    size = int.from_bytes(head, "little")
    if len(head) < SIZE_BYTES or size > min(MOST_HEADER_BYTES, member.num_bytes - SIZE_BYTES):
        raise _damaged(member)
    try:
        header = orjson.loads(member.read(SIZE_BYTES + size)[SIZE_BYTES:])
    except orjson.JSONDecodeError as error:
        raise _damaged(member) from error
    if not isinstance(header, dict):
        raise _damaged(member)
    start = SIZE_BYTES + size
    return {
        name: _array(member, name, entry, start)
        for name, entry in header.items()
        if name != "__metadata__"
    }


def _array(member: Member, name: str, entry: Any, start: int) -> ArrayFile:
    values = entry if isinstance(entry, dict) else {}
    shape, offsets = _counts(values.get("shape")), _counts(values.get("data_offsets"))
    dtype = str(values.get("dtype"))
    if shape is None or offsets is None or len(offsets) != 2:
        raise _damaged(member)
    told = f"{shown(name)} in {shown(member.name)}"
    if dtype not in TYPES:
        raise IntakeError("bad_dtype", f"{told} holds values of type {shown(dtype, 20)}; save "
                          "float32 or bytes.")  # fmt: skip
    array = ArrayFile(
        told,
        tuple(shape),
        np.dtype(TYPES[dtype]),
        partial(open_at, member, start + offsets[0]),
    )
    end = min(offsets[1], member.num_bytes - start)
    check_declared(told, array.shape, array.dtype, max(end - offsets[0], 0))
    return array


def _counts(values: Any) -> list[int] | None:
    """Return a list of numbers that may be sizes, None where it is something else."""
    is_counts = isinstance(values, list) and all(type(v) is int and v >= 0 for v in values)
    return list(values) if is_counts else None


def _damaged(member: Member) -> IntakeError:
    return IntakeError("corrupt", f"{shown(member.name)} is no .safetensors file or is damaged; "
                       "save it again.")  # fmt: skip
