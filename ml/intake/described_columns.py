"""What the columns of a table beside files are for: which names the files, which their classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ml.intake.cells import to_numbers, to_words
from ml.intake.errors import IntakeError
from ml.intake.finding import FileIndex
from ml.intake.members import shown
from ml.intake.records import Column, Options
from ml.intake.roles import LABEL_NAMES, MOST_TEXTS, SPLIT_NAMES, named, repeats
from ml.intake.split_words import (
    as_parts,
    flag_columns,
    tells_split,
    told_of_answers,
    told_of_words,
)
from ml.intake.tables import Table

FILE_NAMES: Final = (
    "file_name", "filename", "path", "file_path", "filepath", "file", "image", "audio",
    "image_path", "audio_path", "image_file_name", "audio_file_name", "slice_file_name", "fname",
    "image_file", "audio_file", "img", "wav", "recording", "image_id", "sample_id", "id", "name",
)  # fmt: skip
"""Names of columns with files, in small letters; the first that names as many as any wins."""
PEEK_ROWS: Final = 500
"""Rows that are looked at to tell columns apart."""


@dataclass(frozen=True)
class FileColumns:
    """The columns that are read, and how many files they name."""

    file: str
    label: str | None
    split: str | None
    texts: tuple[str, ...]
    num_found: int
    """Files named by the rows that were looked at."""
    told: tuple[str, ...] = ()
    """A sentence on a column that is called as a split and is none, or on what its answers mean."""

    @property
    def names(self) -> list[str]:
        """Every column that is read, once."""
        single = (self.file, self.label, self.split)
        return list(dict.fromkeys([*(each for each in single if each is not None), *self.texts]))

    def chosen(self, options: Options) -> dict[str, Any]:
        """Return what options left open, by the options' names, and what tells the split."""
        found = {"id_column": self.file, "label_column": self.label or "", "picture_column": "",
                 "text_columns": list(self.texts), "value_columns": []}  # fmt: skip
        left = {name: value for name, value in found.items() if getattr(options, name) is None}
        return {**left, "split_column": self.split or ""}


def is_file_name(column: str) -> bool:
    """Whether a column of that name usually says which file a row is about."""
    return column.strip().casefold() in FILE_NAMES


def find_columns(
    table: Table, files: FileIndex, folder: str, options: Options
) -> FileColumns | None:
    """Return what the columns of a table beside files are for; None where none names any.

    Args:
        table: the table.
        files: those beside it.
        folder: the table's own, "" or with `/` at its end.
        options: what people chose; `id_column` names the files.

    Raises:
        IntakeError: `no_such_column`, or when the table cannot be read.
    """
    columns = [each for each in table.columns if each.type in ("text", "number")
               and each.name not in table.lists]  # fmt: skip
    peeked = table.peek([each.name for each in columns], PEEK_ROWS)
    if peeked is None or not peeked.num_rows:
        return None
    words = {each.name: to_words(peeked.column(each.name)) for each in columns}
    counts = {name: _num_found(name, cells, files, folder) for name, cells in words.items()}
    file = options.id_column or _most(counts)
    if not file or not counts.get(file):
        return None
    chosen = {file, options.label_column, *(options.text_columns or ())}
    free = [each for each in columns if each.name not in chosen]
    flags = flag_columns((each.name, words[each.name]) for each in free)
    said = words | {name: as_parts(name, words[name]) for name in flags}
    named_so = [each.name for each in columns if named([each.name], SPLIT_NAMES)]
    parts = [*(name for name in named_so if name != file), *flags]
    split = next((name for name in parts if tells_split(filter(None, said[name]))), None)
    told = told_of_answers(split, words[split]) if split else ()
    if parts and not split:
        told = told_of_words(parts[0], filter(None, said[parts[0]]))
    free = [each for each in columns if each.name not in {file, split, *flags}]
    numbers = {each.name: to_numbers(peeked.column(each.name), table.decimal)
               for each in free if each.type == "number"}  # fmt: skip
    fractions = {name for name, found in numbers.items() if _has_fractions(found)}
    label = _label(table, free, words, fractions, options)
    texts = options.text_columns
    if texts is None:
        texts = tuple(e.name for e in free if e.type == "text" and e.name != label)[:MOST_TEXTS]
    _check_names(words, (label, *texts))
    return FileColumns(file, label or None, split, tuple(texts), counts[file], told)


def _num_found(name: str, cells: Sequence[str | None], files: FileIndex, folder: str) -> int:
    by_stem = is_file_name(name)
    return sum(files.find(cell, folder, by_stem) is not None for cell in cells if cell)


def _most(counts: dict[str, int]) -> str | None:
    """Return the column that names most files; of several the one with the likeliest name."""

    def rank(name: str) -> int:  # fmt: skip
        key = name.strip().casefold()
        return FILE_NAMES.index(key) if key in FILE_NAMES else len(FILE_NAMES)

    return min(counts, key=lambda name: (-counts[name], rank(name)), default=None)


def _has_fractions(numbers: Any) -> bool:
    finite = numbers[np.isfinite(numbers)]
    return bool((finite != np.round(finite)).any())


def _label(
    table: Table, free: Sequence[Column], words: dict[str, list[str | None]],
    fractions: set[str], options: Options,
) -> str | None:  # fmt: skip
    """Return the column with classes: text before numbers, for those often number what it names."""
    if options.label_column is not None:
        return options.label_column
    whole = [each for each in free if each.name not in fractions]
    told = [each.name for each in whole if table.class_names(each.name)]
    for kind in ("text", "number"):
        names = [each.name for each in whole if each.type == kind or each.name in told]
        if found := named(names, LABEL_NAMES):
            return found
    if told:
        return told[0]
    if len(free) != 1 or not whole:
        return None
    return free[0].name if repeats([cell for cell in words[free[0].name] if cell]) else None


def _check_names(words: dict[str, list[str | None]], wanted: Sequence[str | None]) -> None:
    for name in wanted:
        if name and name not in words:
            raise IntakeError("no_such_column", f"There is no column '{shown(name, 40)}' with text "
                              "or numbers; choose another one.")  # fmt: skip
