"""CSV: text in rows, as programs and spreadsheets write it, read by pyarrow in blocks.

Every cell is read as text. What is a number is decided per column from the first rows; a cell that
breaks that harms its own row only.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from pyarrow import csv as pacsv

from ml.intake.csv_head import (
    counts,
    has_header,
    leading,
    names_of,
    patient,
    rows_of,
    separator_of,
    type_of,
)
from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.members import Member, shown
from ml.intake.records import Column

MOST_LINE_BYTES: Final = 2**22
"""Longest row, in bytes: 4,096 numbers take 100,000."""
HEAD_BYTES: Final = 2**18
"""What is looked at to tell separator, columns and types."""
MARKS: Final = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8"),
)
"""Byte order marks, and what they say."""
OTHER_KINDS: Final = (
    (b"PK\x03\x04", "a zip or a spreadsheet"), (b"\xd0\xcf\x11\xe0", "an old spreadsheet"),
    (b"\x89PNG", "a PNG picture"), (b"\xff\xd8\xff", "a JPEG picture"), (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "packed with gzip"), (b"\x93NUMPY", "a NumPy array"), (b"<", "a web page or XML"),
)  # fmt: skip


@dataclass(frozen=True)
class CsvTable:
    """A CSV file whose beginning was looked at; a `Table`."""

    member: Member
    columns: tuple[Column, ...]
    separator: str
    encoding: str
    has_header: bool
    num_above: int = 0
    """Lines above the first row."""
    format: str = "CSV"
    lists: frozenset[str] = frozenset()
    num_rows: None = None

    @property
    def decimal(self) -> str:
        """A comma where cells are separated by something else, as in much of Europe."""
        return "." if self.separator == "," else ","

    @property
    def told(self) -> tuple[str, ...]:
        """Sentences about how it is read."""
        header = () if self.has_header else (
            "The first row holds values, no names, so the columns are called column_1, column_2, …",
        )  # fmt: skip
        counted = (
            "The first row counts the columns from 0, as pandas does: it is no sample.",
        ) if counts([column.name for column in self.columns]) else ()  # fmt: skip
        name = self.encoding.upper()
        coded = () if self.encoding == "utf-8" else (f"The file is {name} text.",)
        return (*header, *counted, *coded)

    def class_names(self, column: str) -> Sequence[str]:  # noqa: ARG002 (part of `Table`)
        """Return nothing: cells stand for themselves."""
        return ()

    def batches(self, names: Sequence[str], num_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield columns as text; null for empty cells.

        Raises:
            IntakeError: `ragged_row`, `not_utf8`, `nul_byte` or `bad_csv`.
            TooLargeError: with code `line_too_long`.
        """
        yield from self._blocks(names, num_rows, MOST_LINE_BYTES)

    def peek(self, names: Sequence[str], num_rows: int) -> pa.RecordBatch | None:
        """Return some columns of the first rows, None where there are none.

        Raises:
            IntakeError: as `batches`.
        """
        try:
            return next(self._blocks(names, num_rows, HEAD_BYTES), None)
        except TooLargeError:  # a long line, but perhaps none that is too long
            return next(self.batches(names, num_rows), None)

    def _blocks(
        self, names: Sequence[str], num_rows: int, block_bytes: int
    ) -> Iterator[pa.RecordBatch]:
        bad: list[pacsv.InvalidRow] = []
        with self.member.open() as file:
            stream = _Checked(file, self.member, is_text=self.encoding == "utf-8")
            try:
                for batch in self._reader(stream, names, bad, block_bytes):
                    for start in range(0, batch.num_rows, num_rows):
                        yield batch.slice(start, num_rows)
            except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeError) as error:
                raise self._refusal(str(error), bad) from None
            if stream.num_quotes % 2:
                self._check_last_quote()

    def _reader(
        self, stream: io.RawIOBase, names: Sequence[str], bad: list[pacsv.InvalidRow],
        block_bytes: int,
    ) -> Any:  # fmt: skip
        def note(row: pacsv.InvalidRow) -> str:
            if not row.text.strip():
                return "skip"
            bad.append(row)
            return "error"

        read = pacsv.ReadOptions(
            use_threads=False,  # rows are numbered only then
            block_size=block_bytes,
            column_names=[column.name for column in self.columns],
            skip_rows=self.num_above,
            skip_rows_after_names=int(self.has_header),
            encoding=self.encoding,
        )
        parse = pacsv.ParseOptions(
            delimiter=self.separator,
            newlines_in_values=True,
            invalid_row_handler=note,
        )
        convert = pacsv.ConvertOptions(
            column_types={column.name: pa.string() for column in self.columns},
            include_columns=list(names),
            strings_can_be_null=True,
            null_values=[""],
        )
        return pacsv.open_csv(stream, read, parse, convert)

    def _check_last_quote(self) -> None:
        """Refuse a quote that nothing closes: all rows behind it would be one cell.

        Raises:
            IntakeError: with code `open_quote`.
        """
        with self.member.open() as file:
            text = io.TextIOWrapper(file, self.encoding, errors="replace", newline="")
            rows, line = csv.reader(text, delimiter=self.separator, strict=True), 1
            try:
                for _ in rows:
                    line = rows.line_num + 1
            except csv.Error as error:
                if "end of data" in str(error) or "field limit" in str(error):
                    name = shown(self.member.name)
                    raise IntakeError("open_quote", f"{name}, line {line}: a quote is opened and "
                                      "never closed; close it, or double it within a quoted "
                                      "cell.") from None  # fmt: skip

    def _refusal(self, error: str, bad: Sequence[pacsv.InvalidRow]) -> IntakeError:
        """Return what is told of an error of pyarrow's."""
        name = shown(self.member.name)
        if bad and bad[0].number:
            row = bad[0]
            return IntakeError("ragged_row", f"{name}, line {self._line(row.number)}: there are "
                               f"{row.actual_columns} cells where {row.expected_columns} belong; "
                               "mend that line, or quote cells that hold the "
                               "separator.")  # fmt: skip
        if "straddl" in error:
            return TooLargeError(f"{name} has a line longer than {MOST_LINE_BYTES:,} bytes; check "
                                 "its quotes and line ends.", "line_too_long")  # fmt: skip
        if "UTF8" in error or "utf" in error or "codec" in error:
            found = re.search(r"Row #(\d+)", error)
            where = f", line {self._line(int(found[1]))}" if found else ""
            return IntakeError("not_utf8", f"{name}{where} is not UTF-8 text; save it again as "
                               "\"CSV UTF-8\".")  # fmt: skip
        return IntakeError("bad_csv", f"{name} cannot be read as CSV; save it again as "
                           "\"CSV UTF-8\".")  # fmt: skip

    def _line(self, row_number: int) -> int:
        """Return the line of the file on which a row begins, both from 1."""
        with self.member.open() as file:
            text = io.TextIOWrapper(file, self.encoding, errors="replace", newline="")
            rows, line = csv.reader(text, delimiter=self.separator), 1
            number = 0
            for row in patient(rows):
                # pyarrow counts no blank lines but those it was told to skip
                number += bool(row) or rows.line_num <= self.num_above
                if number == row_number:
                    break
                line = rows.line_num + 1
        return line


def open_csv(member: Member) -> CsvTable:
    """Look at the beginning of a CSV file.

    Raises:
        IntakeError: when it is empty, of another kind, or two columns have one name.
        TooLargeError: with code `too_many_columns`.
    """
    head, name = member.read(HEAD_BYTES), shown(member.name)
    if not head.strip():
        raise IntakeError("empty", f"{name} is empty; copy or download it again.")
    encoding = next((kind for mark, kind in MARKS if head.startswith(mark)), "utf-8")
    _check_head(head, encoding, name)
    text = head.decode(encoding, errors="replace").removeprefix("\ufeff")
    num_above, start, separator = leading(text)
    text = text[start:]
    separator = separator or separator_of(text.splitlines()[0] if text.splitlines() else "")
    if len(head) == HEAD_BYTES:  # it breaks off in some row
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    rows = rows_of(text, separator)
    if not rows:
        raise TooLargeError(f"{name} has a line longer than {HEAD_BYTES:,} bytes at its beginning; "
                            "check its quotes and line ends.", "line_too_long")  # fmt: skip
    is_named = has_header(rows)
    names = names_of(rows[0], is_named, name)
    if is_named and not text.strip().splitlines()[1:]:
        raise IntakeError("empty", f"{name} has no rows below its first line.")
    columns = tuple(
        Column(each, _type_below([row[i] for row in rows if i < len(row)], is_named))
        for i, each in enumerate(names)
    )
    return CsvTable(member, columns, separator, encoding, is_named, num_above)


def _type_below(cells: Sequence[str], is_named: bool) -> Any:
    """Return the type of a column; of one that a separator at the end of each row makes "other"."""
    return type_of(cells[is_named:]) if any(map(str.strip, cells)) else "other"


class _Checked(io.RawIOBase):
    """A stream that refuses NUL bytes: behind them text is no text."""

    def __init__(self, file: Any, member: Member, is_text: bool) -> None:
        super().__init__()
        self._file, self._member, self._is_text = file, member, is_text
        self._num_lines = 0
        self.num_quotes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        if self._is_text and b"\0" in data:
            line = self._num_lines + data[: data.index(b"\0")].count(b"\n") + 1
            raise IntakeError("nul_byte", f"{shown(self._member.name)}, line {line} holds a NUL "
                              "byte; it is damaged or no text.")  # fmt: skip
        self._num_lines += data.count(b"\n")
        self.num_quotes += data.count(b'"') if self._is_text else 0
        buffer[: len(data)] = data
        return len(data)


def _check_head(head: bytes, encoding: str, name: str) -> None:
    kind = next((kind for magic, kind in OTHER_KINDS if head.startswith(magic)), None)
    if kind is not None:
        raise IntakeError("not_a_table", f"{name} is {kind}, whatever its name says; save it as "
                          "CSV or Parquet.")  # fmt: skip
    if encoding == "utf-8" and b"\0" in head:
        line = head[: head.index(b"\0")].count(b"\n") + 1
        raise IntakeError("nul_byte", f"{name}, line {line} holds a NUL byte: it is damaged, no "
                          "text, or UTF-16 without its mark; save it again as "
                          "\"CSV UTF-8\".")  # fmt: skip
