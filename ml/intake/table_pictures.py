"""Rows of tables whose pictures are the samples.

A cell of a Parquet file is an encoded picture, or `{bytes, path}` (Hugging Face, `datasets.Image`);
one of a CSV file spells the picture out.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np

from ml.intake.decoding import Decoded, decode
from ml.intake.errors import IntakeError
from ml.intake.fitting import Fit
from ml.intake.formats import HEAD_BYTES, format_of
from ml.intake.looking import look_at
from ml.intake.members import Member, shown
from ml.intake.parquet_table import ParquetTable
from ml.intake.pictures import NUM_LOOKED_AT, beyond_white, choose_fit
from ml.intake.recipes import of_pictures
from ml.intake.records import Batch, Options, Outline, Rejection
from ml.intake.roles import LABEL_NAMES, Roles
from ml.intake.row_pictures import bytes_of
from ml.intake.sources import Source
from ml.intake.table_rows import Rows, TableRows, folder_of, seen_before
from ml.intake.tables import Table, open_table
from ml.intake.written_pictures import pixels_of

ROWS_AT_ONCE: Final = 32
"""Rows of encoded pictures in memory, each of up to some megabytes."""
LOOK_BYTES: Final = 2**25
"""Of the encoded pictures that are looked at first, and at least one of each table."""
FEWEST_VALUES: Final = 8
"""Columns of numbers that are a vector with a picture beside it; fewer describe the picture."""


@dataclass(frozen=True)
class TablePictures(TableRows):
    """Tables in which a column of pictures is the sample; a `Reader`."""

    fit: Fit
    """What every picture becomes."""

    @property
    def rows_at_once(self) -> int:
        """Rows that are worked on at once."""
        return ROWS_AT_ONCE

    def read_rows(self, rows: Rows, known: set[int]) -> Iterator[Batch | Rejection]:
        """Yield pictures, and a rejection for each row whose picture cannot be read."""
        ids = self.ids_of(rows)
        pixels = np.empty((len(ids), *self.fit.shape), np.uint8)
        kept: list[int] = []
        assert self.roles.picture is not None
        for i, cell in enumerate(rows.batch.column(self.roles.picture)):  # one at a time as bytes
            try:
                pixels[len(kept)], deepest = self._decoded(rows, i, cell.as_py())
            except IntakeError as error:
                yield Rejection(ids[i], error.code, error.sentence)
                continue
            if (fault := seen_before(ids[i], known)) is None:
                kept.append(i)
                where = self.where(rows, i).rstrip(",")
                yield from beyond_white(ids[i], where, deepest, self.fit)
            else:
                yield Rejection(ids[i], fault.code, f"{self.where(rows, i)} {fault.message}")
        yield from self.odd_parts(rows, kept)
        if kept:
            taken = self.taken(rows, kept)
            yield Batch(
                values=pixels[: len(kept)],
                sample_ids=[ids[i] for i in kept],
                class_names=self.classes_of(rows, taken),
                is_held_out=self.held_out_of(rows, taken),
                texts=self.texts_of(taken),
            )

    def _decoded(self, rows: Rows, i: int, cell: Any) -> Decoded:
        spelled = pixels_of(cell) if isinstance(cell, str) else None
        if spelled is not None:
            return Decoded(self.fit.stack(spelled[None, None])[0], 0)
        data = bytes_of(cell, self.source, folder_of(self.members[rows.index]))
        where = self.where(rows, i).rstrip(",")
        if not data and isinstance(cell, str):
            raise IntakeError("bad_shape", f"{where} spells out {len(cell.split()):,} values, no "
                              "square of brightness from 0 to 255; mend it or leave the row "
                              "out.")  # fmt: skip
        if not data:
            raise IntakeError("no_picture", f"{where} has no picture; fill it in or leave the row "
                              "out.")  # fmt: skip
        return decode(data, where, self.fit)


def has_picture_samples(table: Table, options: Options) -> bool:
    """Whether the pictures of a table are its samples, rather than what its vectors look like."""
    kinds = {column.name: column.type for column in table.columns}
    encoded = [name for name, kind in kinds.items() if kind == "picture"]
    chosen = options.picture_column
    if options.value_columns or not encoded or (chosen is not None and chosen not in encoded):
        return False
    if options.value_columns is not None:
        return True  # people said that no column holds values
    labels = {*LABEL_NAMES, options.label_column}
    numbers = [n for n, kind in kinds.items() if kind == "number" and n.casefold() not in labels]
    return not table.lists and len(numbers) < FEWEST_VALUES


def open_table_pictures(
    outline: Outline, source: Source, members: Sequence[Member], roles: Roles, options: Options
) -> tuple[Outline, Fit]:
    """Return the outline of tables of pictures and what each becomes, by a look at some.

    Args:
        outline: of the tables, without what pictures alone tell.
        source: where paths lead.
        members: the tables.
        roles: what their columns are for.
        options: what people chose.

    Raises:
        IntakeError: `not_a_picture`, or what is wrong with the first picture where all are broken.
    """
    assert roles.picture is not None
    each = -(-NUM_LOOKED_AT // len(members))
    some = members[:NUM_LOOKED_AT]
    looked_at = [found for member in some for found in
                 _some(member, source, roles.picture, each, LOOK_BYTES // len(some))]  # fmt: skip
    if not looked_at:
        raise IntakeError("no_picture", f"The column '{shown(roles.picture, 40)}' holds no "
                          "pictures; choose another one.")  # fmt: skip
    _check_kind(looked_at[0], roles.picture)
    looks = look_at(looked_at)
    fit, told = choose_fit(looks, options)
    named = f"A sample is the picture in the column '{shown(roles.picture, 40)}'."
    side = {"side": max(fit.height, fit.width), "color": "grey" if fit.channels == 1 else "rgb"}
    treatment = (*outline.treatment, named, *told)
    chosen = {**outline.chosen, **side}
    found = replace(
        outline, sample_shape=fit.shape, treatment=treatment, recipe=of_pictures(fit), chosen=chosen
    )
    return found, fit


def _some(
    member: Member, source: Source, column: str, num_rows: int, most_bytes: int
) -> list[Member]:
    """Return some pictures of a table as if they were files; none of one that cannot be read."""
    try:
        table = open_table(member)
        if isinstance(table, ParquetTable):
            batches = table.spread([column], num_rows)
        else:
            batches = iter(filter(None, [table.peek([column], num_rows)]))
        cells = (cell.as_py() for batch in batches for cell in batch.column(column))
        found = (bytes_of(cell, source, folder_of(member)) for cell in cells)
        encoded = list(_within(most_bytes, (data for data in found if data)))
    except IntakeError:
        return []  # it is told when it is its turn to be read
    return [Member(f"{member.name}, a picture", len(data), partial(io.BytesIO, data))
            for data in encoded]  # fmt: skip


def _within(most_bytes: int, found: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the first at least, and the next as long as all take no more than that."""
    taken = 0
    for data in found:
        taken += len(data)
        if taken > max(most_bytes, len(data)):
            return
        yield data


def _check_kind(first: Member, column: str) -> None:
    found = format_of(first.read(HEAD_BYTES), "", first.num_bytes)
    if found.family not in ("pictures", "none"):
        raise IntakeError("not_a_picture", f"The column '{shown(column, 40)}' holds {found.name}, "
                          "not pictures; save these as files and bring the folder.")  # fmt: skip
