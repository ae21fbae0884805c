"""JSON lines: an object a line, as the datasets library describes files with."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import pyarrow as pa

from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.members import Member, shown
from ml.intake.parquet_types import column_type, is_list_of_numbers
from ml.intake.records import Column

MOST_BYTES: Final = 200_000_000
"""Of a file: it is read as a whole."""
MOST_ROWS: Final = 10_000_000
MOST_COLUMNS: Final = 10_000
MOST_CELLS: Final = 50_000_000
"""Rows times columns: one object of many keys makes each row as long. A file without gaps has
fewer, as a cell takes six bytes of it or more."""
ROWS_AT_ONCE: Final = 10_000
"""Objects that become columns together, so that few lie in memory as objects."""
CELLS_AT_ONCE: Final = 2_000_000
"""Of objects that become columns together."""


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
        TooLargeError: above `MOST_BYTES`, or with code `too_many_rows`, `too_many_columns` or
            `too_many_cells`.
    """
    name = shown(member.name)
    if member.num_bytes > MOST_BYTES:
        raise TooLargeError(f"{name} has {member.num_bytes / 1e6:,.0f} MB; the limit is "
                            f"{MOST_BYTES / 1e6:,.0f} MB, so save it as Parquet.")  # fmt: skip
    with member.open() as stream:
        data = stream.read()
    try:
        parts = [_columns(rows) for rows in _batches(_objects(data), name)]
        if not any(each.num_columns for each in parts):
            raise ValueError("its objects hold nothing" if parts else "it holds no object")
        return JsonLines(pa.concat_tables(parts, promote_options="permissive"))
    except (pa.ArrowException, ValueError, OverflowError) as error:
        why = shown(" ".join(str(error).split()).rstrip("."), 100)
        raise IntakeError("bad_json", f"{name} cannot be read as JSON lines ({why}); write an "
                          "object on each line.") from None  # fmt: skip


def _objects(data: bytes) -> Iterator[Mapping[str, Any]]:
    """Yield the object of each line; pyarrow's own reader crashes on a line with `null`."""
    for number, line in enumerate(io.BytesIO(data), start=1):
        if not line.strip():
            continue
        try:
            value = orjson.loads(line)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
        if not isinstance(value, dict):
            raise ValueError(f"line {number} is no object")
        yield value


def _batches(
    rows: Iterator[Mapping[str, Any]], name: str
) -> Iterator[list[Mapping[str, Any]]]:  # fmt: skip
    """Yield objects that together are not too many cells; none before all so far are few enough."""
    known: set[str] = set()
    some: list[Mapping[str, Any]] = []
    here: set[str] = set()
    for num_rows, row in enumerate(rows, start=1):
        known.update(row)
        _check_size(num_rows, len(known), name)
        here.update(row)
        if len(some) == ROWS_AT_ONCE or (some and (len(some) + 1) * len(here) > CELLS_AT_ONCE):
            yield some
            some, here = [], set(row)
        some.append(row)
    if some:
        yield some


def _check_size(num_rows: int, num_columns: int, name: str) -> None:
    for what, found, most in (("rows", num_rows, MOST_ROWS), ("columns", num_columns, MOST_COLUMNS),
                              ("cells", num_rows * num_columns, MOST_CELLS)):  # fmt: skip
        if found > most:
            raise TooLargeError(f"{name} has more than {most:,} {what}; leave some out, or bring "
                                "it in parts.", f"too_many_{what}")  # fmt: skip


def _columns(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return objects as columns, null where one lacks a key; rows count where no object has one."""
    names = dict.fromkeys(name for row in rows for name in row)
    if not names:
        empty = pa.array([{}] * len(rows), pa.struct([]))
        return pa.Table.from_batches([pa.RecordBatch.from_struct_array(empty)])
    return pa.table({name: [row.get(name) for row in rows] for name in names})
