"""JSON lines: an object a line, as the datasets library describes files with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
from pyarrow import json

from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.members import Member, shown
from ml.intake.parquet_table import column_type, is_list_of_numbers
from ml.intake.records import Column

MOST_BYTES: Final = 200_000_000
"""Of a file: it is read as a whole."""


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
        try:
            return JsonLines(json.read_json(stream, json.ReadOptions(use_threads=False)))
        except (pa.ArrowException, UnicodeError, ValueError) as error:
            why = shown(" ".join(str(error).split()).rstrip("."), 100)
            raise IntakeError("bad_json", f"{name} cannot be read as JSON lines ({why}); write an "
                              "object on each line.") from None  # fmt: skip
