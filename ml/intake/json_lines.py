"""JSON lines: an object a line, as the datasets library describes files with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import orjson
import pyarrow as pa

from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.members import Member, shown
from ml.intake.parquet_table import column_type, is_list_of_numbers
from ml.intake.records import Column

MOST_BYTES: Final = 200_000_000
"""Of a file: it is read as a whole."""
ROWS_AT_ONCE: Final = 10_000
"""Objects that become columns together, so that few lie in memory as objects."""


@dataclass(frozen=True)
class JsonLines:
    """A file of JSON objects that was read; a `Table`."""

    rows: pa.Table
    format: str = "JSON lines"
    told: tuple[str, ...] = ()
    decimal: str = "."

    @property
    def columns(self) -> tuple[Column, ...]:
        """The keys of all objects."""
        return tuple(Column(each.name, column_type(each.type)) for each in self.rows.schema)

    @property
    def lists(self) -> frozenset[str]:
        """Keys with lists of numbers."""
        return frozenset(
            each.name for each in self.rows.schema if is_list_of_numbers(each.type)
        )  # fmt: skip

    @property
    def num_rows(self) -> int:
        """How many objects there are."""
        return int(self.rows.num_rows)

    def class_names(self, column: str) -> Sequence[str]:  # noqa: ARG002 (part of `Table`)
        """Return nothing: values stand for themselves."""
        return ()

    def peek(self, names: Sequence[str], num_rows: int) -> pa.RecordBatch | None:
        """Return some columns of the first rows, None where there are none."""
        return next(self.batches(names, num_rows), None)

    def batches(self, names: Sequence[str], num_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield some keys of all objects, null where one lacks them."""
        yield from self.rows.select(list(names)).to_batches(max_chunksize=num_rows)


def open_json_lines(member: Member) -> JsonLines:
    """Read a file of JSON objects.

    Raises:
        IntakeError: with code `bad_json`.
        TooLargeError: above `MOST_BYTES`.
    """
    name = shown(member.name)
    if member.num_bytes > MOST_BYTES:
        raise TooLargeError(f"{name} has {member.num_bytes / 1e6:,.0f} MB; the limit is "
                            f"{MOST_BYTES / 1e6:,.0f} MB, so save it as Parquet.")  # fmt: skip
    with member.open() as stream:
        data = stream.read()
    try:
        parts = [_columns(rows) for rows in _batches(_objects(data))]
        if not parts:
            raise ValueError("it holds no object")
        return JsonLines(pa.concat_tables(parts, promote_options="permissive"))
    except (pa.ArrowException, ValueError, OverflowError) as error:
        why = shown(" ".join(str(error).split()).rstrip("."), 100)
        raise IntakeError("bad_json", f"{name} cannot be read as JSON lines ({why}); write an "
                          "object on each line.") from None  # fmt: skip


def _objects(data: bytes) -> Iterator[Mapping[str, Any]]:
    """Yield the object of each line; pyarrow's own reader crashes on a line with `null`."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
        if not isinstance(value, dict):
            raise ValueError(f"line {number} is no object")
        yield value


def _batches(rows: Iterator[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield some


def _columns(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return objects as columns, null where one lacks a key."""
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: [row.get(name) for row in rows] for name in names})
