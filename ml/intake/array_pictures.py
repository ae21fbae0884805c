"""Arrays of pictures, whatever file they lie in: NPZ, NPY, IDX, headerless records."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ml.intake.arrays import ArrayFile, rows_at_once, shape_text
from ml.intake.errors import IntakeError
from ml.intake.fitting import GROUNDS, Fit, choose_size, ground_of, is_grey, num_channels
from ml.intake.members import shown
from ml.intake.pixels import HALF, Layout, ValueRange, batch_rows, layout_of, range_of, scale_of
from ml.intake.recipes import of_arrays
from ml.intake.records import Batch, Options, Outline, Rejection

TURNED: Final = "Pictures stored column by column: turned upright."
LOOKED_AT: Final = 200
"""Pictures, from the first, that tell colour and ground."""


@dataclass(frozen=True, eq=False)
class Part:
    """An array of samples, and what else is known of them."""

    values: ArrayFile
    prefix: str
    """Of sample ids: "images" gives "images[17]"."""
    class_names: Sequence[str | None] | None = None
    """Of each sample; None where none has a class."""
    is_held_out: Sequence[bool] | None = None
    """Of each sample; None where nothing is said."""
    sample_ids: Sequence[str] | None = None
    """Of each sample, where the files bring their own."""
    is_turned: bool = False
    """Whether grey pictures are stored column by column."""
    names_from: str = ""
    """File beside it that says what its classes are called; empty where there is none."""

    def ids(self, start: int, stop: int) -> list[str]:
        """Return the sample ids of some rows."""
        if self.sample_ids is not None:
            return list(self.sample_ids[start:stop])
        return [f"{self.prefix}[{i}]" for i in range(start, stop)]

    def classes(self, start: int, stop: int) -> Sequence[str | None]:
        """Return the class names of some rows."""
        return (
            (None,) * (stop - start) if self.class_names is None else self.class_names[start:stop]
        )


def names_told(parts: Sequence[Part]) -> tuple[str, ...]:
    """Return a sentence about the files that say what the classes are called, if there are any."""
    files = dict.fromkeys(shown(part.names_from) for part in parts if part.names_from)
    return (f"Names of classes: taken from {', '.join(files)}.",) if files else ()


def axes_told(parts: Sequence[Part]) -> tuple[str, ...]:
    """Return a sentence about samples that lie along the last axis, if there are any."""
    shapes = dict.fromkeys(part.values.shape for part in parts if part.values.is_samples_last)
    told = " and ".join(shape_text((*shape[1:], shape[0])) for shape in shapes)
    return (f"Samples: taken along the last axis ({told}), as MATLAB saves them.",) if told else ()


class ArrayPictures:
    """Reader of arrays that are pictures; `are_pictures` says whether they are."""

    def __init__(
        self, parts: Sequence[Part], layouts: Sequence[Layout], found: ValueRange, form: str,
        options: Options,
    ) -> None:  # fmt: skip
        shapes: Counter[tuple[int, int, int]] = Counter()
        for part, layout in zip(parts, layouts, strict=True):
            shapes[layout.channels, layout.height, layout.width] += len(part.values)
        shape = shapes.most_common(1)[0][0]
        self._has_split = any(part.is_held_out is not None for part in parts)
        pairs = list(zip(parts, layouts, strict=True))
        self._pairs = [(p, x) for p, x in pairs if (x.channels, x.height, x.width) == shape]
        self._left_out = [(p, x) for p, x in pairs if (x.channels, x.height, x.width) != shape]
        self._scale = scale_of(found, self._pairs[0][0].values.dtype)
        self._is_finite = found.is_finite
        self._fit, told = self._choose(options)
        self.outline = Outline(
            "image", form, self._fit.shape, sum(len(part.values) for part, _ in self._pairs),
            (*axes_told(parts), *told,
             *filter(None, (layouts[0].sentence, self._scale.sentence)), *names_told(parts)),
            chosen={"side": max(self._fit.shape[1:]), "color": _color(self._fit)},
            has_split=self._has_split,
            recipe=of_arrays(self._scale.low, self._scale.high),
        )  # fmt: skip

    def read(self) -> Iterator[Batch | Rejection]:
        """Yield the pictures in batches; those with a value that is no number are left out.

        Raises:
            IntakeError: `truncated` or `corrupt_archive`.
        """
        for part, layout in self._left_out:
            yield Rejection(part.prefix, "bad_shape", f"{shown(part.prefix)} holds pictures of "
                            f"{layout.width} x {layout.height} with {layout.channels} channels, "
                            "unlike the others; bring them by themselves.")  # fmt: skip
        for part, layout in self._pairs:
            yield from self._batches(part, layout)

    def _batches(self, part: Part, layout: Layout) -> Iterator[Batch | Rejection]:
        start = 0
        for rows in batch_rows(part.values):
            stop = start + len(rows)
            batch = Batch(
                self._fit.stack(layout.arrange(self._scale.to_bytes(rows))),
                part.ids(start, stop), part.classes(start, stop), self._held_out(part, start, stop),
            )  # fmt: skip
            start = stop
            if self._is_finite:
                yield batch
            else:
                yield from without_non_finite(batch, rows)

    def _held_out(self, part: Part, start: int, stop: int) -> Sequence[bool] | None:
        if part.is_held_out is not None:
            return part.is_held_out[start:stop]
        return (False,) * (stop - start) if self._has_split else None

    def _choose(self, options: Options) -> tuple[Fit, list[str]]:
        layout = self._pairs[0][1]
        looked_at = self._first()
        channels = num_channels(options.color, is_grey(looked_at) and self._all_grey())
        size, sized = choose_size([(layout.width, layout.height)], options.side)
        ground = ground_of(looked_at) if layout.channels == 4 else 0
        told = [sized] if sized else []
        if layout.channels == 4:
            told.append(f"See-through parts: shown on {GROUNDS[ground]}.")
        if channels == 1 and layout.channels > 1:
            told.append(
                "Colours: turned into grey." if options.color == "grey" else "All are grey."
            )
        return Fit(channels, size[1], size[0], ground), told

    def _first(self) -> NDArray[np.uint8]:
        part, layout = self._pairs[0]
        num_rows = rows_at_once(part.values.row_bytes, LOOKED_AT)
        return layout.arrange(self._scale.to_bytes(next(part.values.chunks(num_rows))))

    def _all_grey(self) -> bool:
        """Look at every picture, but stop at the first coloured one."""
        return all(
            layout.channels == 1
            or all(is_grey(layout.arrange(rows)) for rows in batch_rows(part.values))
            for part, layout in self._pairs
        )


def are_pictures(parts: Sequence[Part]) -> tuple[list[Layout], ValueRange] | None:
    """Return how each part lies as pictures, and the range of all; None where they are vectors.

    Raises:
        IntakeError: `bad_shape`, for what is neither; `bad_scale`; or as `ArrayFile.chunks`.
    """
    ranges = [range_of(part.values) for part in parts]
    found = ValueRange(
        min(r.low for r in ranges), max(r.high for r in ranges),
        all(r.is_whole for r in ranges), all(r.is_finite for r in ranges),
    )  # fmt: skip
    layouts = [_layout(part, found) for part in parts]
    if any(layouts):
        _check_scale([part.values for part in parts], ranges)
    return ([x for x in layouts if x is not None], found) if all(layouts) else None


def without_non_finite(batch: Batch, rows: NDArray[Any]) -> Iterator[Batch | Rejection]:
    """Yield what is left of a batch, and a rejection for each row with NaN or infinity."""
    is_good = np.isfinite(rows.reshape(len(rows), -1)).all(axis=1)
    for i in np.flatnonzero(~is_good).tolist():
        yield Rejection(batch.sample_ids[i], "non_finite", f"{shown(batch.sample_ids[i])} holds "
                        "NaN or infinity; save numbers only.")  # fmt: skip
    kept = np.flatnonzero(is_good).tolist()
    if kept:
        held_out = batch.is_held_out
        yield Batch(
            batch.values[kept], [batch.sample_ids[i] for i in kept],
            [batch.class_names[i] for i in kept],
            None if held_out is None else [held_out[i] for i in kept],
        )  # fmt: skip


def _layout(part: Part, found: ValueRange) -> Layout | None:
    array = part.values
    layout = layout_of(array.shape[1:], array.dtype, found)
    if layout is None and len(array.shape) != 2:
        raise IntakeError(
            "bad_shape",
            f"{shown(array.name)} has the shape {shape_text(array.shape)}; save pictures as "
            "n x height x width, with 1, 3 or 4 channels last or first, or vectors as n x D.",
        )
    if layout is not None and layout.order == "hw" and part.is_turned:
        return Layout(1, layout.width, layout.height, "wh", TURNED)
    return layout


def _check_scale(arrays: Sequence[ArrayFile], ranges: Sequence[ValueRange]) -> None:
    """Refuse brightness from 0 to 1 beside brightness from 0 to 255: one of them would be black."""
    pairs = list(zip(arrays, ranges, strict=True))
    fractions = [(a, r) for a, r in pairs if not r.is_whole and r.low >= -1 and r.high <= 1]
    large = [(a, r) for a, r in pairs if r.high >= HALF or (r.is_whole and r.high > 1)]
    for array, found in fractions:
        for other, reached in large:
            if math.prod(array.shape[1:]) == math.prod(other.shape[1:]):
                raise IntakeError(
                    "bad_scale",
                    f"{shown(array.name)} holds fractions up to {found.high:,.6g}, but "
                    f"{shown(other.name)} reaches {reached.high:,.6g}; save both from 0 to 1, or "
                    "both from 0 to 255.",
                )


def _color(fit: Fit) -> str:
    return "grey" if fit.channels == 1 else "rgb"
