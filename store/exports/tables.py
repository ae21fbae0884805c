"""A table on its way out: batches of rows, and the bytes of a file in one of three forms.

Everything is a generator, so that a file of any length takes the memory of one batch.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from store.spreadsheets import harmless

BOM: Final = "\ufeff"
"""Without it a spreadsheet reads UTF-8 as its own alphabet."""


@dataclass(frozen=True, eq=False)
class Table:
    """Columns, and batches of rows that can be read once."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    about: Mapping[str, str] = field(default_factory=dict)
    """What a Parquet file says of itself."""

    def collected(self) -> pa.Table:
        """Return all rows at once."""
        return pa.Table.from_batches(list(self.batches), self.schema)


class Drain:
    """A file that is only written to, whose bytes are taken away in between."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self.closed = False

    def write(self, data: Any) -> int:
        """Take bytes in."""
        part = bytes(data)
        self._parts.append(part)
        self._size += len(part)
        return len(part)

    def tell(self) -> int:
        """Return how many bytes were ever written."""
        return self._size

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Take no more."""
        self.closed = True

    def seekable(self) -> bool:
        """Return False: what was taken away cannot be changed."""
        return False

    def readable(self) -> bool:
        """Return False."""
        return False

    def writable(self) -> bool:
        """Return True."""
        return True

    def take(self) -> bytes:
        """Return what was written since."""
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def to_csv(table: Table) -> Iterator[bytes]:
    """Yield a file by RFC 4180 in UTF-8 with a byte order mark; text cells cannot be formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    text.write(BOM)
    writer.writerow(table.schema.names)
    for batch in table.batches:
        writer.writerows(zip(*(_cells(column) for column in batch.columns), strict=True))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def to_jsonl(table: Table) -> Iterator[bytes]:
    """Yield one JSON object a line, in UTF-8; what is not known is null."""
    for batch in table.batches:
        names = batch.schema.names
        columns = [_values(column) for column in batch.columns]
        rows = (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
        yield b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def to_parquet(table: Table) -> Iterator[bytes]:
    """Yield a Parquet file, a row group a batch."""
    drain = Drain()
    schema = table.schema.with_metadata({f"lodemap.{k}": v for k, v in table.about.items()})
    with pq.ParquetWriter(pa.PythonFile(drain, "w"), schema) as writer:
        for batch in table.batches:
            writer.write_batch(batch.replace_schema_metadata(schema.metadata))
            yield drain.take()
    yield drain.take()


FORMS: Final[Mapping[str, Callable[[Table], Iterator[bytes]]]] = {
    "csv": to_csv,
    "jsonl": to_jsonl,
    "parquet": to_parquet,
}


def _cells(column: pa.Array) -> list[str]:
    """Return the values of a column as a CSV file has them; null is empty."""
    if pa.types.is_floating(column.type):
        # numpy writes the shortest text that is read back to the same float32
        numbers = column.to_numpy(zero_copy_only=False)
        return ["" if x != x else str(x).removesuffix(".0") for x in numbers]
    if pa.types.is_string(column.type):
        return [harmless(value or "") for value in column.to_pylist()]
    if pa.types.is_boolean(column.type):
        return ["" if value is None else str(value).lower() for value in column.to_pylist()]
    return ["" if value is None else str(value) for value in _values(column)]


def _values(column: pa.Array) -> list[Any]:
    """Return the values of a column as JSON has them; moments by ISO 8601."""
    if pa.types.is_timestamp(column.type):
        moments = column.to_numpy(zero_copy_only=False).astype("datetime64[ms]")
        return [f"{moment}Z" for moment in np.datetime_as_string(moments).tolist()]
    return list(column.to_pylist())
