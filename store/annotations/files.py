"""Annotations that somebody brings as a table: which sample, which class. No torch, no journal."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ml.intake.csv_table import CsvTable
from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.members import file_member, shown
from ml.intake.naming import NO_LABEL, says_no_label
from ml.intake.parquet_table import ParquetTable
from ml.intake.roles import named
from ml.intake.tables import Table, open_table

ID_NAMES: Final = ("sample_id", "id", "uuid", "filename", "file_name", "file", "path", "key",
                   "image", "index")  # fmt: skip
"""Names of the column with sample ids, in small letters; the first that is there wins."""
CLASS_NAMES: Final = ("class_name", "class", "label", "labels", "category", "target", "annotation")
UNSURE_WORD: Final = "unsure"
"""In the place of a class name: somebody looked and could not decide."""
UNSURE_CODE: Final = "-2"
"""In the column `class_index` of our own export it says the same, beside an empty class name."""
MOST_ROWS: Final = 2_000_000
MOST_BYTES: Final = 200_000_000
"""Of text in the two columns, decoded: a small file can hold one word for millions of rows."""
MOST_CELL_BYTES: Final = 1_000
ROWS_AT_ONCE: Final = 16_384
"""Decoded together: at most 16 MB a column, as cells are short."""
GUARD: Final = "^'([=+\\-@\t\r])"
"""What our CSV puts before cells that a spreadsheet would take for formulas."""

ROW: Final = pa.schema([("sample_id", pa.string()), ("class_name", pa.string())])


@dataclass(frozen=True, eq=False)
class AnnotationFile:
    """Rows of a file as they stand in it; those without a class are left out."""

    name: str
    """What people call the file."""
    sha256: str
    """Of its bytes."""
    sample_id: pa.Array
    """Text, shape (num_rows,), as written."""
    class_name: pa.Array
    """Text, shape (num_rows,): a class, or `UNSURE_WORD`."""
    num_empty: int
    """Rows without a class or a sample id."""
    num_minus_one: int
    """Rows with a class of -1 that stands for none, as in data sets."""
    has_guards: bool
    """Whether cells may begin with a guard against formulas."""


def read_annotations(path: Path, name: str) -> AnnotationFile:
    """Read a CSV or Parquet file whole.

    Args:
        path: where it lies.
        name: what people call it; the content decides what it is.

    Raises:
        IntakeError: when it is no table, breaks a rule, or lacks one of the two columns.
        TooLargeError: above `MOST_ROWS` rows, `MOST_BYTES` of text or `MOST_CELL_BYTES` in a cell.
    """
    table = open_table(file_member(path, name))
    ids = _column(table, ID_NAMES, name)
    classes = _column(table, CLASS_NAMES, name)
    codes = next((c.name for c in table.columns if c.name.casefold() == "class_index"), None)
    wanted = list(dict.fromkeys([ids, classes] + ([codes] if codes else [])))
    if isinstance(table, ParquetTable):
        _check_bytes(table.unpacked_bytes(wanted), name)
        table = table.with_coded(wanted)
    _check_cells(pa.array(table.class_names(classes), pa.string()), classes, name)
    batches = (_texts(table, batch, ids, classes, codes) for batch in _checked(table, wanted, name))
    rows = pa.Table.from_batches(_bounded(batches, name), ROW)
    rows, num_minus_one = _without_minus_ones(rows, bool(table.class_names(classes)))
    is_full = [pc.not_equal(rows.column(name), "") for name in ROW.names]
    full = rows.filter(pc.and_(*is_full))
    return AnnotationFile(
        name=name,
        sha256=_sha256(path),
        sample_id=full.column("sample_id").combine_chunks(),
        class_name=full.column("class_name").combine_chunks(),
        num_empty=rows.num_rows - full.num_rows,
        num_minus_one=num_minus_one,
        has_guards=isinstance(table, CsvTable),
    )


def _checked(table: Table, wanted: list[str], name: str) -> Iterator[pa.RecordBatch]:
    """Yield the columns of all rows that are read.

    Raises:
        TooLargeError: above `MOST_ROWS` rows, or `MOST_CELL_BYTES` in a cell.
    """
    num_rows = 0
    for batch in table.batches(wanted, ROWS_AT_ONCE):
        num_rows += batch.num_rows
        if num_rows > MOST_ROWS:
            raise TooLargeError(f"{shown(name)} has more than {MOST_ROWS:,} rows; bring it in "
                                "parts.", "too_many_rows")  # fmt: skip
        for column in wanted:
            _check_cells(batch.column(column), column, name)
        yield batch


def _bounded(batches: Iterable[pa.RecordBatch], name: str) -> Iterator[pa.RecordBatch]:
    """Yield texts; refuse more than `MOST_BYTES` of them."""
    num_bytes = 0
    for batch in batches:
        num_bytes += batch.nbytes
        _check_bytes(num_bytes, name)
        yield batch


def without_guards(texts: pa.Array) -> pa.Array:
    """Return cells without the guard that our export puts before what looks like a formula."""
    return pc.replace_substring_regex(texts, pattern=GUARD, replacement=r"\1")


def as_text(array: pa.Array) -> pa.Array:
    """Return cells as trimmed text, "" for empty ones; whole numbers without decimals."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_finite(array), array, pa.scalar(None, array.type))
        whole = pc.all(pc.equal(pc.floor(array), array)).as_py() is not False
        array = array.cast(pa.int64(), safe=False) if whole else array
    return pc.fill_null(pc.utf8_trim_whitespace(array.cast(pa.string())), "")


def _without_minus_ones(rows: pa.Table, has_names: bool) -> tuple[pa.Table, int]:
    """Return rows without the class -1 where it stands for none, and how many had it.

    Args:
        rows: as `ROW`.
        has_names: whether the file says what its numbers are called; then -1 is none of them.
    """
    is_minus_one = pc.equal(rows.column("class_name"), NO_LABEL)
    count = pc.sum(is_minus_one).as_py() or 0
    distinct = set(pc.unique(rows.column("class_name")).to_pylist()) - {"", UNSURE_WORD}
    if not count or not (has_names or says_no_label(distinct)):
        return rows, 0
    classes = pc.if_else(is_minus_one, "", rows.column("class_name"))
    return rows.set_column(1, ROW.field("class_name"), classes), count


def _texts(
    table: Table, batch: pa.RecordBatch, ids: str, classes: str, codes: str | None
) -> pa.RecordBatch:
    class_name = as_text(batch.column(classes))
    names = table.class_names(classes)
    if names:
        numbered = pa.array([str(i) for i in range(len(names))])
        place = pc.index_in(class_name, numbered)
        class_name = pc.coalesce(pa.array(names).take(place), class_name)
    if isinstance(table, CsvTable):
        class_name = without_guards(class_name)
    if codes is not None and codes != classes:
        is_unsure = pc.and_(pc.equal(class_name, ""), _says_unsure(as_text(batch.column(codes))))
        class_name = pc.if_else(is_unsure, UNSURE_WORD, class_name)
    return pa.RecordBatch.from_arrays([as_text(batch.column(ids)), class_name], schema=ROW)


def _check_bytes(num_bytes: int, name: str) -> None:
    """Refuse what would fill the memory of the app, before it does."""
    if num_bytes > MOST_BYTES:
        raise TooLargeError(f"{shown(name)} has more than {MOST_BYTES / 1e6:,.0f} MB of sample ids "
                            "and class names; bring it in parts.")  # fmt: skip


def _check_cells(cells: pa.Array, column: str, name: str) -> None:
    """Refuse long cells; those of a dictionary before they are repeated for each row."""
    words = cells.dictionary if pa.types.is_dictionary(cells.type) else cells
    if not (pa.types.is_string(words.type) or pa.types.is_large_string(words.type)):
        return
    longest = pc.max(pc.binary_length(words)).as_py() or 0
    if longest > MOST_CELL_BYTES:
        raise TooLargeError(f"{shown(name)} has a cell of {longest:,} bytes in '"
                            f"{shown(column, 40)}'; the limit is {MOST_CELL_BYTES:,}, so shorten "
                            "it.", "cell_too_long")  # fmt: skip


def _says_unsure(codes: pa.Array) -> pa.Array:
    return pc.equal(without_guards(codes), UNSURE_CODE)


def _column(table: Table, names: tuple[str, ...], file_name: str) -> str:
    usable = [column.name for column in table.columns
              if column.type in ("text", "number") and column.name not in table.lists]  # fmt: skip
    found = named(usable, names)
    if found is None:
        has = ", ".join(f"'{shown(each, 30)}'" for each in usable[:6]) or "none of text or numbers"
        raise IntakeError("no_such_column", f"{shown(file_name)} needs a column '{names[0]}' and "
                          f"has {has}; rename one in its first row.")  # fmt: skip
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
