"""The first rows of a CSV file: separator, names of columns, and which hold numbers."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Any, Final

from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.members import shown
from ml.intake.written_pictures import is_spelled_out

HEAD_ROWS: Final = 1000
MOST_COLUMNS: Final = 10_000
MOST_UNSURE: Final = 2
"""Columns at most where a first row 0, 1 may be a sample as well: it is one, unless all numbers
below have a point, as pandas writes fractions. A lone 0 always is."""
SEPARATORS: Final = ",;\t|"
NUMBER: Final = re.compile(
    r"\s*'?[+-]?((\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?|nan|inf)\s*", re.ASCII | re.IGNORECASE
)
MISSING: Final = frozenset({"", "na", "n/a", "null", "none", "?", "-"})
"""What stands where a number is missing, in small letters."""
WHOLE: Final = re.compile(r"\s*[+-]?\d+\s*", re.ASCII)


LEADING: Final = re.compile(
    r'((?:[ \t]*(?:\r\n?|\n))*)(?:"?sep=([,;\t|])"?[ \t]*(?:\r\n?|\n))?', re.IGNORECASE
)
"""Blank lines above a table, and the one by which Excel is told the separator."""
LINE_END: Final = re.compile(r"\r\n?|\n")


def leading(text: str) -> tuple[int, int, str]:
    """Return how many lines and characters come before a table, and the separator these tell."""
    found = LEADING.match(text)
    above = found[0] if found else ""
    return len(LINE_END.findall(above)), len(above), (found[2] or "") if found else ""


def separator_of(line: str) -> str:
    """Return what separates the cells of the first line: what is most often outside quotes."""
    counts = Counter(re.sub(r'"[^"]*"', "", line))
    return max(SEPARATORS, key=lambda each: counts[each])


def rows_of(text: str, separator: str) -> list[list[str]]:
    """Return the first rows that are not blank."""
    rows = patient(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    return list(islice((row for row in rows if row), HEAD_ROWS))


def patient(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield rows until the csv module finds something it cannot read; pyarrow tells of it."""
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            return
        if row is None:
            return
        yield row


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it holds names, nothing, or counts from 0."""
    first = rows[0]
    if not any(first):
        return True
    if not all(NUMBER.fullmatch(cell) for cell in first if cell):
        return not _is_row(first, rows[1:])
    if not first[0]:  # above the numbers of rows nothing stands
        return counts(first[1:])
    if 1 in (len(rows), len(first)) or first in rows[1:] or not counts(first):
        return False
    return len(first) > MOST_UNSURE or not any(
        WHOLE.fullmatch(cell) for row in rows[1:] for cell in row
    )


def _is_row(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a first row with text is a sample, as those below it, rather than names.

    Names are text above a column of numbers, or numbers that count or rise, as wavelengths do. Text
    that comes again in its column, or fractions in any order, are a sample's.
    """
    numbers = [i for i, cell in enumerate(first) if cell and NUMBER.fullmatch(cell)]
    columns = {i: [row[i] for row in below if i < len(row)] for i in range(len(first))}
    texts = [i for i, cell in enumerate(first)
             if i not in numbers and cell.strip().casefold() not in MISSING]  # fmt: skip
    types = {i: type_of(columns[i]) for i in columns}
    if any(types[i] == "number" for i in texts) or any(types[i] == "text" for i in numbers):
        return False
    values = [float(first[i].strip().lstrip("'").replace(",", ".")) for i in numbers]
    if len(values) > 1 and values == list(range(len(values))):
        return False
    if any(first[i] in columns[i] for i in texts):
        return first not in below
    is_whole = all(WHOLE.fullmatch(first[i]) for i in numbers)
    rises = len(values) > 1 and all(one < other for one, other in pairwise(values))
    return not (is_whole or rises)


def counts(cells: Sequence[str]) -> bool:
    """Whether cells say 0, 1, 2 and so on, as pandas names columns that nobody named."""
    return all(cell == str(i) for i, cell in enumerate(cells))


def names_of(first: Sequence[str], has_header: bool, name: str) -> list[str]:
    """Return the names of the columns of a file called `name`.

    Raises:
        IntakeError: `duplicate_column`.
        TooLargeError: with code `too_many_columns`.
    """
    if len(first) > MOST_COLUMNS:
        raise TooLargeError(f"{name} has {len(first):,} columns; the limit is {MOST_COLUMNS:,}, so "
                            "leave some out.",
                            "too_many_columns")  # fmt: skip
    if not has_header:
        return [f"column_{i}" for i in range(1, len(first) + 1)]
    names = [cell.strip() or f"column_{i}" for i, cell in enumerate(first, 1)]
    if not first[0].strip() and "index" not in names:
        names[0] = "index"  # pandas writes the number of a row without a name
    again = [each for each, count in Counter(names).items() if count > 1]
    if again:
        raise IntakeError("duplicate_column", f"{name} has two columns called "
                          f"'{shown(again[0], 40)}'; rename one of them.")  # fmt: skip
    return names


def type_of(cells: Sequence[str]) -> Any:
    """Return what more than half of the cells that are not empty are.

    It is `number`, `picture` where they spell one out, or else `text`.
    """
    filled = [cell for cell in cells if cell.strip()]
    if 2 * sum(NUMBER.fullmatch(cell) is not None for cell in filled) > len(filled):
        return "number"
    return "picture" if 2 * sum(map(is_spelled_out, filled)) > len(filled) else "text"
