"""Parquet, read by pyarrow batch by batch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Final

import pyarrow as pa
from pyarrow import compute, parquet

from ml.intake.archives import check_expansion
from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.formats import spread
from ml.intake.members import Member, shown
from ml.intake.parquet_bytes import are_words, as_words, is_short_key
from ml.intake.parquet_labels import label_names, lists_of_labels
from ml.intake.parquet_sizes import BATCH_BYTES, chunk_bytes, dictionary_bytes, expanded_bytes
from ml.intake.parquet_types import (
    column_type,
    flattened,
    is_flat,
    is_list_of_numbers,
    is_nested,
    is_packed,
    is_text,
)
from ml.intake.records import Column

MOST_ROWS: Final = 10_000_000
MOST_COLUMNS: Final = 10_000
BUFFER_BYTES: Final = 2**16
"""Read from each column at a time."""
PEEK_ROWS: Final = 4
"""Rows that tell whether bytes are words."""
MOST_GROUPS: Final = 20
"""Row groups that are looked into to see what rows are like."""


@dataclass(frozen=True)
class ParquetTable:
    """A Parquet file whose footer was read; a `Table`."""

    member: Member
    columns: tuple[Column, ...]
    lists: frozenset[str]
    num_rows: int
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By column, what its whole numbers are called (the datasets library's `ClassLabel`)."""
    format: str = "Parquet"
    told: tuple[str, ...] = ()
    decimal: str = "."
    coded: tuple[str, ...] = ()
    """Columns of text whose rows point at their words, so that no word lies there twice."""

    flat: frozenset[str] = frozenset()
    """Columns of text or bytes, not within lists or structs."""
    nested: frozenset[str] = frozenset()
    """Columns of lists within lists; given as lists."""
    keys: frozenset[str] = frozenset()
    """Columns of bytes that are words; given as text."""

    def with_coded(self, names: Sequence[str]) -> "ParquetTable":
        """Return the table with the text of some columns kept as a dictionary in each batch."""
        texts = {column.name for column in self.columns if column.type == "text"}
        return replace(self, coded=tuple(name for name in names if name in texts))

    def unpacked_bytes(self, names: Sequence[str]) -> int:
        """Return how many bytes the pages of some columns hold unpacked, by the footer.

        Raises:
            IntakeError: with code `corrupt_parquet`.
        """
        with _opened(self.member) as file:
            groups = [file.metadata.row_group(i) for i in range(file.num_row_groups)]
            chunks = (group.column(i) for group in groups for i in range(group.num_columns))
            return sum(each.total_uncompressed_size for each in chunks
                       if each.path_in_schema in names)  # fmt: skip

    def class_names(self, column: str) -> Sequence[str]:
        """Return the names of a column of whole numbers."""
        return self.names.get(column, ())

    def spread(self, names: Sequence[str], num_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield about `num_rows` rows from all over the file, the first of them first.

        Raises:
            IntakeError: with code `corrupt_parquet`.
        """
        unpacked = 0
        with _opened(self.member, self._pointing(names)) as file:
            groups = spread(range(file.num_row_groups), MOST_GROUPS)
            each = self._fitting(file, names, -(-num_rows // max(len(groups), 1)))
            for group in groups:
                found = file.iter_batches(
                    each, row_groups=[group], columns=list(names), use_threads=False
                )
                if (batch := next(found, None)) is not None:
                    batch.validate(full=True)
                    unpacked += self._check_texts(batch, unpacked)
                    yield from map(self._worded, unfolded(batch, self._texts(names)))

    def peek(self, names: Sequence[str], num_rows: int) -> pa.RecordBatch | None:
        """Return some columns of the first rows, None where there are none."""
        return next(self.batches(names, num_rows), None)

    def batches(self, names: Sequence[str], num_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield columns as they are typed in the file.

        Columns of bytes keep one copy of what many rows hold; of others fewer rows are in a batch
        where their values are large.

        Raises:
            IntakeError: with code `corrupt_parquet`.
            TooLargeError: with code `bomb`, where one text that lies there once is in many rows.
        """
        unpacked = 0
        with _opened(self.member, [*self.coded, *self._pointing(names)]) as file:
            num_rows = self._fitting(file, names, num_rows)
            for batch in file.iter_batches(num_rows, columns=list(names), use_threads=False):
                batch.validate(full=True)  # text that is none would fail only when it is used
                unpacked += self._check_texts(batch, unpacked)
                yield from map(self._worded, unfolded(batch, self._texts(names)))

    def _worded(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return a batch with text for bytes that are words, and lists for nested ones."""
        for name in (self.keys | self.nested).intersection(batch.schema.names):
            at = batch.schema.get_field_index(name)
            turned = as_words if name in self.keys else flattened
            batch = batch.set_column(at, name, turned(batch.column(at)))
        return batch

    def _pointing(self, names: Sequence[str]) -> list[str]:
        """Return the columns of text or bytes to be measured before each row has its own copy."""
        return [name for name in names if name in self.flat and name not in self.coded]

    def _texts(self, names: Sequence[str]) -> list[str]:
        """Return the columns in which each row gets its own copy."""
        texts = {column.name for column in self.columns if column.type == "text"}
        return [name for name in self._pointing(names) if name in texts]

    def _fitting(self, file: parquet.ParquetFile, names: Sequence[str], num_rows: int) -> int:
        """Return how many rows of some columns are read at once, `num_rows` at most.

        Raises:
            TooLargeError: with code `bomb`, by what the footer says.
        """
        wanted = {i for i in range(file.metadata.num_columns)
                  if file.schema.column(i).path.split(".")[0] in names}  # fmt: skip
        groups = [file.metadata.row_group(i) for i in range(file.num_row_groups)]
        unpacked, largest = 0, 1.0
        with self.member.open() as stream:
            for group in groups:
                chunks = [group.column(i) for i in wanted]
                unpacked += sum(map(expanded_bytes, chunks))
                # a row may be the mean, or hold all that is in each dictionary; columns that are
                # no part of another are read as they lie there, and unfolded with care
                shared = sum(dictionary_bytes(stream, chunk) for chunk in chunks
                             if "." in chunk.path_in_schema)  # fmt: skip
                mean = sum(chunk_bytes(chunk) for chunk in chunks) / max(group.num_rows, 1)
                largest = max(largest, shared, mean)
        check_expansion(unpacked, self.member.num_bytes, self.member.name)
        return max(1, min(num_rows, int(BATCH_BYTES / largest)))

    def _check_texts(self, batch: pa.RecordBatch, so_far: int) -> int:
        """Return how many bytes the texts of a batch take once each row has its own copy."""
        columns = zip(batch.schema.names, batch.columns, strict=True)
        here = sum(unfolded_bytes(each) for name, each in columns if name not in self.coded)
        check_expansion(so_far + here, self.member.num_bytes, self.member.name)
        return here


def unfolded_bytes(column: pa.Array) -> int:
    """Return how many bytes the words of a dictionary column take in all its rows; 0 of others.

    Of a struct with pictures, how many these take: each row has its own copy already.
    """
    if is_packed(column.type):
        data = column.field("bytes")
        is_counted = is_flat(data.type)
        return (compute.sum(compute.binary_length(data)).as_py() or 0) if is_counted else 0
    if not pa.types.is_dictionary(column.type) or not is_flat(column.type.value_type):
        return 0
    lengths = compute.binary_length(column.dictionary)  # (num_words,)
    return compute.sum(lengths.take(column.indices)).as_py() or 0


def unfolded(batch: pa.RecordBatch, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield a batch in parts of `BATCH_BYTES` whose columns of these names hold their words."""
    texts = [batch.column(name) for name in names]
    if batch.num_rows > 1 and sum(map(unfolded_bytes, texts)) > BATCH_BYTES:
        half = batch.num_rows // 2
        yield from unfolded(batch.slice(0, half), names)
        yield from unfolded(batch.slice(half), names)
        return
    columns = [
        each.dictionary_decode() if name in names and pa.types.is_dictionary(each.type) else each
        for name, each in zip(batch.schema.names, batch.columns, strict=True)
    ]
    yield pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def open_parquet(member: Member) -> ParquetTable:
    """Read the footer of a Parquet file.

    Raises:
        IntakeError: `corrupt_parquet` or `duplicate_column`.
        TooLargeError: `too_many_rows` or `too_many_columns`.
    """
    with _opened(member) as file:
        schema, num_rows = file.schema_arrow, file.metadata.num_rows
    name = shown(member.name)
    if num_rows > MOST_ROWS:
        raise TooLargeError(f"{name} has {num_rows:,} rows; the limit is {MOST_ROWS:,}, so bring "
                            "it in parts.", "too_many_rows")  # fmt: skip
    if len(schema) > MOST_COLUMNS:
        raise TooLargeError(f"{name} has {len(schema):,} columns; the limit is {MOST_COLUMNS:,}, "
                            "so leave some out.", "too_many_columns")  # fmt: skip
    if len(set(schema.names)) < len(schema):
        raise IntakeError("duplicate_column", f"{name} has two columns of one name; rename one.")
    several = lists_of_labels(schema)
    columns = tuple(Column(each.name, "other" if each.name in several else column_type(each.type))
                    for each in schema)  # fmt: skip
    lists = frozenset(each.name for each in schema if is_list_of_numbers(each.type)) - several
    flat = frozenset(each.name for each in schema if is_flat(each.type))
    table = ParquetTable(member, columns, lists, num_rows, label_names(schema), flat=flat)
    return _with_nested(_with_keys(table, schema), schema)


def _with_nested(table: ParquetTable, schema: pa.Schema) -> ParquetTable:
    """Return a table whose lists within lists are lists, where nothing else can be the values."""
    nested = [each.name for each in schema if is_nested(each.type)]
    if len(nested) != 1 or table.lists or any(c.type == "picture" for c in table.columns):
        return table
    columns = tuple(Column(c.name, "number") if c.name in nested else c for c in table.columns)
    told = (f"The lists within those of '{shown(nested[0], 40)}' are one behind the other.",)
    found = frozenset(nested)
    return replace(table, columns=columns, lists=found, nested=found, told=told)


def _with_keys(table: ParquetTable, schema: pa.Schema) -> ParquetTable:
    """Return a table whose columns of bytes that are words count as text, by the first rows."""
    keys = {each.name for each in schema if is_short_key(each.type)}
    for each in schema:
        if each.name in table.flat and not is_text(each.type):
            with suppress(IntakeError):  # it is told when it is read
                peeked = table.peek([each.name], PEEK_ROWS)
                if peeked is not None and are_words(peeked.column(0).to_pylist()):
                    keys.add(each.name)
    columns = tuple(Column(c.name, "text") if c.name in keys else c for c in table.columns)
    return replace(table, columns=columns, keys=frozenset(keys))


@contextmanager
def _opened(member: Member, coded: Sequence[str] = ()) -> Iterator[parquet.ParquetFile]:
    """Open a file so that it is streamed: not a row group at a time, nothing read ahead."""
    with member.open() as stream:
        try:
            yield parquet.ParquetFile(stream, read_dictionary=list(coded), pre_buffer=False,
                                      buffer_size=BUFFER_BYTES)  # fmt: skip
        except (pa.ArrowException, OSError, UnicodeError, ValueError) as error:
            raise IntakeError("corrupt_parquet", f"{shown(member.name)} cannot be read as Parquet: "
                              f"{_reason(error)}; write it again.") from None  # fmt: skip


def _reason(error: BaseException) -> str:
    """Return the first words of an error of pyarrow's, on one line."""
    words = " ".join(str(error).split()).split(". ")[0].rstrip(".")
    return shown(words, 120) or "it is damaged"
