"""Rows of CSV and Parquet files as pictures, where there is a column for each pixel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ml.intake.fitting import Fit, choose_size, is_grey, num_channels
from ml.intake.members import shown
from ml.intake.pixel_columns import Grid, pixels_of
from ml.intake.recipes import of_arrays
from ml.intake.records import BATCH, Batch, Options, Outline, Rejection
from ml.intake.table_rows import Rows, TableRows, seen_before

MOST_NUMBERS: Final = 2**20
"""Numbers that are worked on at once."""


@dataclass(frozen=True)
class TablePixels(TableRows):
    """Tables with a column for each pixel; a `Reader`."""

    grid: Grid
    fit: Fit
    """What every picture becomes."""

    @property
    def rows_at_once(self) -> int:
        """Rows that are worked on at once."""
        return max(BATCH, MOST_NUMBERS // len(self.grid.names))

    def read_rows(self, rows: Rows, known: set[int]) -> Iterator[Batch | Rejection]:
        """Yield pictures, and a rejection for each row with a pixel that is no brightness."""
        columns = [rows.batch.column(name) for name in self.grid.names]
        pixels, is_sound = pixels_of(columns, rows.table.decimal)
        ids, kept = self.ids_of(rows), []
        for i, sample_id in enumerate(ids):
            if not is_sound[i]:
                yield self._refused(rows, columns, i, sample_id)
            elif (fault := seen_before(sample_id, known)) is not None:
                yield Rejection(sample_id, fault.code, f"{self.where(rows, i)} {fault.message}")
            else:
                kept.append(i)
        yield from self.odd_parts(rows, kept)
        for first in range(0, len(kept), BATCH):
            part = kept[first : first + BATCH]
            taken = self.taken(rows, part)
            pictures = self.grid.layout.arrange(self.grid.scale.to_bytes(pixels[part]))
            yield Batch(
                values=self.fit.stack(pictures),
                sample_ids=[ids[i] for i in part],
                class_names=self.classes_of(rows, taken),
                is_held_out=self.held_out_of(rows, taken),
                texts=self.texts_of(taken),
            )

    def _refused(
        self, rows: Rows, columns: Sequence[pa.Array], i: int, sample_id: str
    ) -> Rejection:
        """Return why a row is no picture: by the first of its pixels that is none."""
        pixels, _ = pixels_of([each.slice(i, 1) for each in columns], rows.table.decimal)
        with np.errstate(invalid="ignore"):
            bad = np.flatnonzero(~((pixels[0] >= 0) & (pixels[0] <= 255) & (pixels[0] % 1 == 0)))
        cell, name = columns[bad[0]][i].as_py(), shown(self.grid.names[bad[0]], 40)
        held = "nothing" if cell is None else f"'{shown(str(cell), 40)}'"
        code = "bad_scale" if np.isfinite(pixels[0, bad[0]]) else "non_finite"
        return Rejection(sample_id, code, f"{self.where(rows, i)} holds {held} in the column "
                         f"'{name}', which is no whole number from 0 to 255; mend it or leave the "
                         "row out.")  # fmt: skip


def open_table_pixels(
    outline: Outline, grid: Grid, peeked: pa.RecordBatch, decimal: str, options: Options
) -> tuple[Outline, Fit]:
    """Return the outline of tables with a column for each pixel, and what each picture becomes.

    Args:
        outline: of the tables, without what pictures alone tell.
        grid: the columns.
        peeked: the first rows.
        decimal: as the table has it.
        options: what people chose.
    """
    layout = grid.layout
    pixels, is_sound = pixels_of([peeked.column(name) for name in grid.names], decimal)
    are_grey = is_grey(layout.arrange(grid.scale.to_bytes(pixels[is_sound])))
    size, sized = choose_size([(layout.width, layout.height)], options.side)
    fit = Fit(num_channels(options.color, are_grey), size[1], size[0])
    told = [sized] if sized else []
    if fit.channels < layout.channels:
        told.append("All are grey." if are_grey else "Colours: turned into grey.")
    chosen: dict[str, Any] = {"side": max(size), "color": "grey" if fit.channels == 1 else "rgb",
              "picture_column": grid.column, "value_columns": []}  # fmt: skip
    treatment = (*outline.treatment, *grid.told, *told)
    return replace(
        outline,
        sample_shape=fit.shape,
        treatment=treatment,
        recipe=of_arrays(grid.scale.low, grid.scale.high),
        columns=grid.listed(outline.columns),
        chosen={**outline.chosen, **chosen},
    ), fit
