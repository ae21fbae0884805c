"""Rows of a table as lines of JSON, checked by the table's own columns when they are read back.

Bytes are base64. Columns that belong to a place rather than to the row (which project, which worker
holds a lease) are left out.
"""

import base64
import binascii
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson
from sqlalchemy import Boolean, Column, Double, Integer, LargeBinary, String, Table

from store.archives.archive import BadArchiveError, json_object

LEFT_OUT: Final = frozenset(
    {"project_id", "owner", "lease_s", "lease_until", "rung_at", "is_cancel_requested"}
)
LONGEST_LINE: Final = 64 * 2**20
"""Bytes; a selection of ten million samples takes 1.7 MB."""
LAST_MOMENT: Final = 2.0**33
"""Seconds since 1970: the year 2242, which any calendar has."""


def to_line(table: Table, row: Mapping[str, Any]) -> bytes:
    """Return a row as a line."""
    values = {str(column.name): _plain(row[column.name]) for column in kept_columns(table)}
    return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)


def read_lines(table: Table, lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the rows of lines; what a line does not mention has the column's default.

    Raises:
        BadArchiveError: when a line is too long, no JSON, or breaks a column's type.
    """
    columns = {column.name: column for column in kept_columns(table)}
    for number, line in enumerate(lines, start=1):
        where = f"{table.name} {number}"
        if len(line) > LONGEST_LINE:
            raise BadArchiveError(f"The archive's {where} is longer than 64 MB; export it again.")
        values = json_object(line, where)
        if unknown := sorted(set(values) - set(columns)):
            raise BadArchiveError(f"The archive's {where} holds an unknown '{unknown[0][:40]}'.")
        for name, column in columns.items():
            if name not in values and column.default is not None:
                values[name] = getattr(column.default, "arg", None)
            values[name] = _checked(column, values.get(name), where)
        yield values


def kept_columns(table: Table) -> list[Column[Any]]:
    """Return the columns of a table that go into an archive."""
    return [column for column in table.columns if column.name not in LEFT_OUT]


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def _checked(column: Column[Any], value: Any, where: str) -> Any:
    if value is None and column.nullable:
        return None
    kind = column.type
    if isinstance(kind, LargeBinary):
        value, is_good = _bytes_of(value)
    elif isinstance(kind, Boolean):
        is_good = isinstance(value, bool)
    elif isinstance(kind, Integer):
        is_good = type(value) is int and -(2**31) <= value < 2**31
    elif isinstance(kind, Double):
        is_good = type(value) in (int, float) and math.isfinite(value)
    else:
        is_good = isinstance(value, str) and _fits(value, kind)
    if not is_good:
        raise BadArchiveError(f"The archive's {where} holds a {column.name} that cannot be.")
    return value


def _fits(text: str, kind: Any) -> bool:
    longest = kind.length if isinstance(kind, String) else None
    return "\x00" not in text and (longest is None or len(text) <= longest)


def _bytes_of(value: Any) -> tuple[bytes, bool]:
    try:
        return base64.b64decode(value.encode("ascii"), validate=True), True
    except (AttributeError, UnicodeEncodeError, binascii.Error):
        return b"", False
