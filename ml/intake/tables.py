"""Tables of rows: CSV and Parquet behind one interface, streamed, nothing kept."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import pyarrow as pa

from ml.intake.cells import to_words
from ml.intake.csv_table import CsvTable, open_csv
from ml.intake.members import Member
from ml.intake.parquet_table import ParquetTable, open_parquet
from ml.intake.records import Column

SUFFIXES: Final = frozenset({".csv", ".tsv", ".parquet", ".pq"})
"""How names of tables end, in small letters."""
WRITTEN_OUT: Final = re.compile(r"(?<=\d)[.,]0?$", re.ASCII)
"""How whole numbers end that are written as fractions: pandas does so where one is missing."""
PARQUET: Final = b"PAR1"


class Table(Protocol):
    """One file with rows."""

    @property
    def format(self) -> str:
        """What people call it: "CSV" or "Parquet"."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns, in their order."""

    @property
    def lists(self) -> frozenset[str]:
        """Columns of numbers in which a cell is a list of them."""

    @property
    def num_rows(self) -> int | None:
        """How many rows there are; None where only reading tells."""

    @property
    def told(self) -> tuple[str, ...]:
        """Sentences about how it is read."""

    @property
    def decimal(self) -> str:
        """What stands before the decimals of numbers that are written out: "." or ","."""

    def class_names(self, column: str) -> Sequence[str]:
        """Return what the file calls the whole numbers in a column, empty for their own digits."""

    def peek(self, names: Sequence[str], num_rows: int) -> pa.RecordBatch | None:
        """Return some columns of the first rows, None where there are none.

        Raises:
            IntakeError: when the file breaks a rule there.
        """

    def batches(self, names: Sequence[str], num_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield some columns of all rows, about `num_rows` at a time, from the beginning.

        Raises:
            IntakeError: when the file breaks a rule further on.
        """


def labels_of(table: Table, column: str, batch: pa.RecordBatch) -> list[str | None]:
    """Return what a column says of the classes of some rows, None for none.

    Args:
        table: the table.
        column: its column with labels.
        batch: rows of it.
    """
    words = to_words(batch.column(column), table.class_names(column))
    if Column(column, "number") not in table.columns:
        return words
    return [word and WRITTEN_OUT.sub("", word) for word in words]  # text, in CSV


def open_table(member: Member) -> CsvTable | ParquetTable:
    """Recognise a table by its first bytes.

    Raises:
        IntakeError: when it cannot be read as one.
    """
    if member.read(len(PARQUET)) == PARQUET or member.suffix in {".parquet", ".pq"}:
        return open_parquet(member)
    return open_csv(member)
