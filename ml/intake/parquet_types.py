"""What a column of some type of Arrow may be used for, and lists within lists as lists."""

from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ColumnType = Literal["number", "text", "picture", "other"]


def is_number(kind: pa.DataType) -> bool:
    """Whether values of a type are numbers or truth values."""
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
        or pa.types.is_decimal(kind)
    )  # fmt: skip


def is_flat(kind: pa.DataType) -> bool:
    """Whether a type is text or bytes."""
    return bool(is_text(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def is_text(kind: pa.DataType) -> bool:
    """Whether a type is text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind)
                or pa.types.is_string_view(kind))  # fmt: skip


def is_packed(kind: pa.DataType) -> bool:
    """Whether a type is a picture with its path, as the datasets library has them."""
    return pa.types.is_struct(kind) and "bytes" in {each.name for each in kind}


def is_list(kind: pa.DataType) -> bool:
    """Whether cells of a type are lists, of one length or of any."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind)
                or pa.types.is_fixed_size_list(kind))  # fmt: skip


def is_list_of_numbers(kind: pa.DataType) -> bool:
    """Whether cells of a type are lists of numbers."""
    return is_list(kind) and is_number(kind.value_type)


def is_nested(kind: pa.DataType) -> bool:
    """Whether cells of a type are lists of lists of numbers, at any depth, or tensors."""
    if isinstance(kind, pa.BaseExtensionType):
        return is_list_of_numbers(kind.storage_type) or is_nested(kind.storage_type)
    return is_list(kind) and (is_list_of_numbers(kind.value_type) or is_nested(kind.value_type))


def flattened(column: pa.Array) -> pa.Array:
    """Return lists of lists of numbers as lists, the inner ones one after the other.

    Args:
        column: of a type that `is_nested`; an inner list that is missing counts as empty.
    """
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    while is_list(column.type.value_type):
        inner = column.flatten()
        ends = np.concatenate([[0], np.cumsum(_lengths(inner))])  # (inner lists + 1,)
        rows = np.concatenate([[0], np.cumsum(_lengths(column))])  # (rows + 1,)
        mask = column.is_null() if column.null_count else None
        column = pa.LargeListArray.from_arrays(pa.array(ends[rows]), inner.flatten(), mask=mask)
    return column


def _lengths(column: pa.Array) -> Any:
    lengths = pc.fill_null(pc.list_value_length(column), 0)
    return lengths.to_numpy(zero_copy_only=False).astype(np.int64)


def column_type(kind: pa.DataType) -> ColumnType:
    """Return what a column of some type may be used for."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if is_number(kind) or is_list_of_numbers(kind):
        return "number"
    if is_text(kind):
        return "text"
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or is_packed(kind):
        return "picture"
    return "other"
