"""What the tables of a source turn out to be, from their first rows."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ml.intake.cells import to_numbers, to_words
from ml.intake.csv_head import WHOLE
from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.members import Member, shown
from ml.intake.naming import is_held_out_word, is_training_word
from ml.intake.pixel_columns import Grid, grid_of, seen
from ml.intake.recipes import of_vectors
from ml.intake.records import Column, Options, Outline, Reader
from ml.intake.roles import MOST_DIMENSIONS, Roles, choose_roles, repeats, told_left
from ml.intake.row_pictures import leads_to_picture
from ml.intake.sources import Source
from ml.intake.split_words import (
    as_parts,
    flag_columns,
    tells_split,
    told_of_answers,
    told_of_words,
)
from ml.intake.table_pictures import TablePictures, has_picture_samples, open_table_pictures
from ml.intake.table_pixels import TablePixels, open_table_pixels
from ml.intake.table_rows import folder_of
from ml.intake.table_vectors import TableVectors
from ml.intake.tables import SUFFIXES, Table, labels_of, open_table

PEEK_ROWS: Final = 200
"""Rows that are looked at before reading."""
MOST_COUNTED: Final = 1000
"""Files whose rows are counted before reading."""
MOST_COMPARED: Final = 20
"""Files whose columns are compared before reading."""
SPLIT_WORD: Final = re.compile(r"[A-Za-z]+")


def open_tables(source: Source, options: Options) -> Reader:
    """Recognise the CSV and Parquet files of a source as vectors, or as pictures they hold.

    Other members may be pictures that rows name.

    Several tables are read one after the other where they have the columns of the first; one
    without labels has none.

    Raises:
        IntakeError: when the first one cannot be read, or has nothing to make vectors of.
    """
    members = [member for member in source.members if member.suffix in SUFFIXES]
    members = _widest_first(members or list(source.members[:1]))
    table = open_table(members[0])
    grid, peeked = _looked_at(table, members[0], options)
    pixels = frozenset(grid.names if grid else ())
    are_pictures = grid is not None or has_picture_samples(table, options)
    folder = folder_of(members[0])
    paths = [name for name in peeked.schema.names if name not in pixels
             and leads_to_picture(_first(peeked.column(name)), source, folder)]  # fmt: skip
    roles, told = _roles_of(table, peeked, grid, paths, options)
    split = split_by_files(members)
    outline = Outline(
        kind="image" if are_pictures else "vector",
        format=table.format,
        sample_shape=() if are_pictures else (_num_dimensions(roles, peeked),),
        num_samples=_num_rows(table, members),
        treatment=(*table.told, *told, *_treatment(table, roles, grid)),
        recipe=of_vectors(),
        columns=tuple(
            Column(c.name, "picture" if c.name in paths else c.type) for c in table.columns
        ),
        chosen=roles.chosen(options),
        has_split=roles.split is not None or split is not None,
    )
    if grid is not None:
        outline, fit = open_table_pixels(outline, grid, peeked, table.decimal, options)
        return TablePixels(outline, source, tuple(members), roles, split, grid, fit)
    if not are_pictures:
        return TableVectors(outline, source, tuple(members), roles, split)
    outline, fit = open_table_pictures(outline, source, members, roles, options)
    return TablePictures(outline, source, tuple(members), roles, split, fit)


def _roles_of(
    table: Table, peeked: pa.RecordBatch, grid: Grid | None, paths: list[str], options: Options
) -> tuple[Roles, tuple[str, ...]]:
    """Return what each column is, and what there is to tell of it.

    Args:
        table: The first one.
        peeked: Its first rows.
        grid: The columns that are pixels, None where there are none.
        paths: Columns whose cells lead to pictures.
        options: What people chose.

    Raises:
        IntakeError: as `choose_roles`.
    """
    pixels = frozenset(grid.names if grid else ())
    plain = replace(options, picture_column="", value_columns=()) if grid else options
    are_pictures = grid is not None or has_picture_samples(table, options)
    settled, told = _without_measures(table, plain, peeked, not are_pictures)
    flags = _flags(peeked, pixels, options)
    found = choose_roles(table, settled, paths, not are_pictures, flags)
    if are_pictures and options.label_column is None and found.label is None:
        found = _with_lone_classes(table, found, peeked, pixels.union(flags))
    roles, said = _checked_split(found, peeked)
    return replace(roles, values=grid.names) if grid else roles, (*told, *said)


def _widest_first(members: Sequence[Member]) -> list[Member]:
    """Return tables, first the one with most columns where it has all of the first one's.

    Often the rows that are to be predicted come as a table without labels.
    """
    names: list[set[str]] = []
    for member in members[:MOST_COMPARED] if len(members) > 1 else ():
        try:
            names.append({column.name for column in open_table(member).columns})
        except IntakeError:  # it is told when it is its turn to be read
            names.append(set())
    wider = [i for i, each in enumerate(names) if each > names[0] > set()]
    widest = max(wider, key=lambda i: len(names[i]), default=0)
    return [members[widest], *members[:widest], *members[widest + 1 :]]


def _looked_at(
    table: Table, member: Member, options: Options
) -> tuple[Grid | None, pa.RecordBatch]:
    """Return the columns that are pixels, None where there are none, and the first rows.

    Raises:
        IntakeError: as `choose_roles`, or with code `empty`.
    """
    grid = grid_of(table, options)
    if grid is None:  # what needs no look at the rows is refused first
        choose_roles(table, options, (), not has_picture_samples(table, options))
    peeked = _peek(table, member)
    return grid and seen(grid, peeked, table.decimal, member.name), peeked


def _peek(table: Table, member: Member) -> pa.RecordBatch:
    """Return the first rows, without the pictures in them: those are large.

    Raises:
        IntakeError: with code `empty`.
    """
    names = [column.name for column in table.columns if column.type in ("number", "text")]
    peeked = table.peek(names or [column.name for column in table.columns], PEEK_ROWS)
    if peeked is None or not peeked.num_rows:
        raise IntakeError("empty", f"{shown(member.name)} has no rows.")
    return peeked


def _num_rows(table: Table, members: Sequence[Member]) -> int | None:
    """Return how many rows there are in all, by the footers of Parquet files; else None."""
    if len(members) == 1 or table.num_rows is None:
        return table.num_rows
    counts = []
    for member in members[:MOST_COUNTED]:
        try:
            counts.append(open_table(member).num_rows)
        except IntakeError:
            counts.append(0)  # it is told when it is its turn to be read
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(members) else None


def _without_measures(
    table: Table, options: Options, peeked: pa.RecordBatch, has_values: bool
) -> tuple[Options, tuple[str, ...]]:
    """Return options that take no column of broken numbers for classes, such as a price."""
    if options.label_column is not None:
        return options, ()
    label = choose_roles(table, options, (), has_values).label
    if label is None or {c.name: c.type for c in table.columns}[label] != "number":
        return options, ()
    numbers = to_numbers(peeked.column(label), table.decimal)
    finite = numbers[np.isfinite(numbers)]
    if (finite == np.round(finite)).all():
        return options, ()
    told = f"'{shown(label, 40)}' holds fractions, so it is not taken for classes."
    return replace(options, label_column=""), (told,)


def _flags(peeked: pa.RecordBatch, pixels: frozenset[str], options: Options) -> list[str]:
    """Return the columns that say of each row whether it is held out, but for those chosen."""
    chosen = {options.label_column, options.id_column, options.picture_column,
              *(options.text_columns or ()), *(options.value_columns or ())}  # fmt: skip
    free = [name for name in peeked.schema.names if name not in chosen | pixels]
    return flag_columns((name, to_words(peeked.column(name))) for name in free)


def _with_lone_classes(
    table: Table, roles: Roles, peeked: pa.RecordBatch, others: frozenset[str]
) -> Roles:
    """Return roles with classes where one column is left beside the pictures, and repeats."""
    named = {roles.id, roles.split, roles.picture, *others}
    left = [column for column in table.columns
            if column.name not in named and column.type != "picture"]  # fmt: skip
    if len(left) != 1 or left[0].type == "other" or left[0].name in table.lists:
        return roles
    name = left[0].name
    words = [word for word in labels_of(table, name, peeked) if word]
    if not repeats(words) or (left[0].type == "number" and not all(map(WHOLE.fullmatch, words))):
        return roles
    texts = tuple(each for each in roles.texts if each != name)
    return replace(roles, label=name, texts=texts)


def _checked_split(roles: Roles, peeked: pa.RecordBatch) -> tuple[Roles, tuple[str, ...]]:
    """Return roles without the split column where it speaks of something else, and what is told."""
    if roles.split is None:
        return roles, ()
    said = to_words(peeked.column(roles.split))
    words = list(filter(None, as_parts(roles.split, said)))
    told = told_of_words(roles.split, words)
    if tells_split(words):
        known = frozenset(words) if told else frozenset()
        return replace(roles, other_words=known), (*told, *told_of_answers(roles.split, said))
    return replace(roles, split=None, texts=(*roles.texts, roles.split)), told


def _num_dimensions(roles: Roles, peeked: pa.RecordBatch) -> int:
    if not roles.is_list:
        return len(roles.values)
    name = roles.values[0]
    cell = _first(peeked.column(name))
    if not cell:
        raise IntakeError("no_numbers", f"The lists in '{shown(name, 40)}' are empty.")
    if len(cell) > MOST_DIMENSIONS:
        raise TooLargeError(f"The vectors in '{shown(name, 40)}' have {len(cell):,} dimensions; "
                            f"the limit is {MOST_DIMENSIONS:,}, so leave some out, or reduce "
                            "them as PCA does.",
                            "too_many_dimensions")  # fmt: skip
    return len(cell)


def _first(array: pa.Array) -> Any:
    """Return the first cell that is not empty, None where all are."""
    filled = array.drop_null()
    return filled[0].as_py() if len(filled) else None


def split_by_files(members: Sequence[Member]) -> tuple[bool, ...] | None:
    """Return which tables hold what is held out, None unless all their names say it."""
    found = []
    for member in members:
        words = SPLIT_WORD.findall(member.name)
        is_training, is_held_out = (any(map(tells, words)) for tells in
                                    (is_training_word, is_held_out_word))  # fmt: skip
        if is_training == is_held_out:
            return None
        found.append(is_held_out)
    return tuple(found) if len(set(found)) == 2 else None


def _treatment(table: Table, roles: Roles, grid: Grid | None) -> tuple[str, ...]:
    """Return sentences about which columns become what, but for pixels."""
    kept = "Numbers are kept as they are, in single precision."
    if grid is not None or not roles.values:
        told = []
    elif roles.is_list:
        told = [f"A vector is the list in the column '{shown(roles.values[0], 40)}'.", kept]
    else:
        told = [f"A vector has {len(roles.values):,} columns of numbers.", kept]
    return (*told, *told_left(table.columns, roles.names))
