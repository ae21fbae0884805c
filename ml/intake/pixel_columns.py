"""Tables with a column for each pixel, as Kaggle has MNIST: which these are, and how they lie."""

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.intake.array_pictures import TURNED
from ml.intake.cells import to_vectors
from ml.intake.members import shown
from ml.intake.pixels import HALF, Layout, Scale, ValueRange, layout_of, scale_of
from ml.intake.records import Column, Options
from ml.intake.tables import Table

NUMBERS: Final = re.compile(r"\d+", re.ASCII)
PIXELS: Final = frozenset({"pixel", "pixels", "pix", "px"})
"""Letters in names of columns that hold pixels; `_by_place` knows others."""
MOST_OTHERS: Final = 7
"""Columns of numbers beside them; more are a vector of which pixels are a part."""
WHITE: Final = 255
BYTES: Final = Scale(0, WHITE)


@dataclass(frozen=True)
class Grid:
    """Columns of which each holds one pixel."""

    names: tuple[str, ...]
    """In the order of the pixels."""
    layout: Layout
    is_named: bool
    """Whether their names say that they are pixels; else their values must."""
    scale: Scale = BYTES

    @property
    def column(self) -> str:
        """What stands for all of them where people choose."""
        return f"{self.names[0]} … {self.names[-1]}"

    @property
    def told(self) -> tuple[str, ...]:
        """Sentences about how they are read."""
        one = self.layout
        colour = {"hwc": ", a colour each, pixel by pixel", "chw": ", one colour after the other"}
        told = (f"{len(self.names):,} numbers a row, '{shown(self.names[0], 40)}' to "
                f"'{shown(self.names[-1], 40)}', are read as pictures of {one.width} x "
                f"{one.height}{colour[one.order] if one.channels == 3 else ''}.")  # fmt: skip
        turned = TURNED if one.order == "wh" else ""
        return (told, *filter(None, (turned, self.scale.sentence)))

    def listed(self, columns: Sequence[Column]) -> tuple[Column, ...]:
        """Return the columns of a table with one of pictures in the place of the pixels."""
        pixels = frozenset(self.names)
        found = [Column(self.column, "picture") if each.name == self.names[0] else each
                 for each in columns if each.name not in pixels - {self.names[0]}]  # fmt: skip
        return tuple(found)


def grid_of(table: Table, options: Options) -> Grid | None:
    """Return the columns of a table that may be pixels by their names, None without them.

    They are numbered without a gap, as "pixel0" or "1x1" and so on, and make a square, or three of
    them; where there is one more, that comes first and is no pixel but the class.
    """
    if table.lists or any(column.type == "picture" for column in table.columns):
        return None
    chosen = {options.label_column, options.id_column, *(options.text_columns or ())}
    numbers = [c.name for c in table.columns if c.type == "number" and c.name not in chosen]
    groups: dict[str, list[str]] = defaultdict(list)
    for name in numbers:
        groups[NUMBERS.sub("#", name)].append(name)
    pattern = max(groups, key=lambda each: len(groups[each]), default="")
    grid = _squared(pattern, groups.get(pattern, []))
    if grid is None or len(numbers) - len(grid.names) > MOST_OTHERS:
        return None
    is_other = options.picture_column not in (None, grid.column)
    return None if options.value_columns or is_other else grid


def _squared(pattern: str, names: Sequence[str]) -> Grid | None:
    """Return columns alike but for their numbers as a grid, None where they make none."""
    places = {name: tuple(map(int, NUMBERS.findall(name))) for name in names}
    in_order = sorted(names, key=places.__getitem__)
    letters = re.sub(r"[^a-z]", "", pattern.lower())
    for each in (in_order, in_order[1:]):
        layout = layout_of((len(each),), np.dtype(np.uint8), ValueRange(0, WHITE, True, True))
        if layout is not None and _is_without_gap([places[name] for name in each]):
            return Grid(tuple(each), layout, letters in PIXELS or pattern == "#x#")
    return None


def _is_without_gap(places: Sequence[tuple[int, ...]]) -> bool:
    """Whether numbers, or pairs of row and column, count all there are between the outermost."""
    sides = [max(each) - min(each) + 1 for each in zip(*places, strict=True)]
    return bool(sides) and math.prod(sides) == len(set(places)) == len(places)


def seen(grid: Grid, peeked: pa.RecordBatch, decimal: str, name: str) -> Grid | None:
    """Return a grid as its first rows are; None where they are no brightness from 0 to 255.

    Args:
        grid: by the names of the columns.
        peeked: the first rows.
        decimal: as the table has it.
        name: the file; EMNIST is stored column by column.
    """
    rows, is_sound = pixels_of([peeked.column(name) for name in grid.names], decimal)
    num_whole = np.isfinite(rows).all(axis=1).sum()  # rows in which nothing is missing
    if not is_sound.any() or 2 * is_sound.sum() <= num_whole:
        return None
    high = float(rows[is_sound].max())
    if not grid.is_named and (high < HALF or is_sound.sum() < num_whole):
        return None
    scale = scale_of(ValueRange(0, high, True, True), np.dtype(np.uint8))
    return replace(grid, layout=_laid(grid.layout, rows[is_sound], name), scale=scale)


def pixels_of(
    columns: Sequence[pa.Array], decimal: str
) -> tuple[NDArray[np.floating[Any]], NDArray[np.bool_]]:
    """Return rows of pixels, shape (n, num_pixels), and which hold brightness only, (n,).

    Args:
        columns: one for each pixel.
        decimal: as in `to_vectors`.
    """
    rows, _ = to_vectors(columns, False, len(columns), decimal)
    with np.errstate(invalid="ignore"):
        is_sound = (rows >= 0) & (rows <= WHITE) & (rows == np.floor(rows))
    return rows, is_sound.all(axis=1)


def _laid(layout: Layout, rows: NDArray[Any], name: str) -> Layout:
    """Return how pixels lie, by whether what is one row below differs less than what else may be.

    Args:
        layout: for which colours come one after the other.
        rows: shape (n, num_pixels).
        name: the file.
    """
    if layout.channels == 1:
        return replace(layout, order="wh") if "emnist" in name.lower() else layout
    by_colour, by_pixel = (
        np.abs(rows[:, step:] - rows[:, :-step]).mean() if len(rows) else 0.0
        for step in (layout.width, 3 * layout.width)
    )
    return replace(layout, order="hwc") if by_pixel < by_colour else layout
