"""Reader of drawings kept as strokes: each becomes a bitmap, white on black."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.intake.errors import IntakeError
from ml.intake.formats import Format
from ml.intake.members import Member, shown
from ml.intake.quickdraw import (
    BITMAP_SIDE,
    check_drawing,
    json_drawings,
    packed_drawings,
)
from ml.intake.recipes import of_strokes
from ml.intake.records import BATCH, Batch, Options, Outline, Rejection
from ml.intake.strokes import Stroke, draw_strokes

MOST_BYTES_COUNTED: Final = 256_000_000
"""Of JSON whose lines are counted before they are read."""
Drawing = tuple[list[Stroke], str | None]
"""Strokes and the name of the class."""


class Drawings:
    """Reader of files of strokes, one drawing a sample."""

    def __init__(self, members: Sequence[Member], form: Format, options: Options) -> None:
        self._members = members
        self._side = options.side or BITMAP_SIDE
        self._channels = 3 if options.color == "rgb" else 1
        shape = (self._channels, self._side, self._side)
        self.outline = Outline(
            "image", form.name, shape, _num_lines(members),
            (f"Strokes: drawn as {self._side} x {self._side} bitmaps, white on black.",),
            chosen={"side": self._side, "color": "rgb" if self._channels == 3 else "grey"},
            recipe=of_strokes(),
        )  # fmt: skip

    def read(self) -> Iterator[Batch | Rejection]:
        """Yield the drawings in batches, and the lines that are none."""
        for member in self._members:
            bitmaps: list[NDArray[np.uint8]] = []
            ids: list[str] = []
            names: list[str | None] = []
            for sample_id, drawing in self._drawings(member):
                if isinstance(drawing, IntakeError):
                    yield Rejection(sample_id, drawing.code, drawing.sentence)
                    continue
                bitmaps.append(draw_strokes(drawing[0], self._side))
                ids.append(sample_id)
                names.append(drawing[1])
                if len(ids) == BATCH:
                    yield self._batch(bitmaps, ids, names)
                    bitmaps, ids, names = [], [], []
            if ids:
                yield self._batch(bitmaps, ids, names)

    def _drawings(self, member: Member) -> Iterator[tuple[str, Drawing | IntakeError]]:
        """Yield each drawing with its id, or what is wrong with it; damage ends the file."""
        prefix = member.name.rpartition(".")[0] or member.name
        read = packed_drawings if member.suffix == ".bin" else json_drawings
        i = 0
        try:
            for drawing in read(member):
                yield f"{prefix}[{i}]", _checked(drawing, f"Drawing {i:,} of {shown(member.name)}")
                i += 1
        except IntakeError as error:
            yield f"{prefix}[{i}]", error

    def _batch(
        self, bitmaps: list[NDArray[np.uint8]], ids: list[str], names: list[str | None]
    ) -> Batch:
        values = np.stack(bitmaps)[:, None]
        return Batch(np.repeat(values, self._channels, axis=1), ids, names)


def _checked(drawing: Drawing | IntakeError, where: str) -> Drawing | IntakeError:
    if isinstance(drawing, IntakeError):
        return drawing
    try:
        check_drawing(drawing[0], where)
    except IntakeError as error:
        return error
    return drawing


def _num_lines(members: Sequence[Member]) -> int | None:
    """Return how many drawings to expect; None where only reading tells."""
    is_json = not any(member.suffix == ".bin" for member in members)
    if not is_json or sum(member.num_bytes for member in members) > MOST_BYTES_COUNTED:
        return None
    num_lines = 0
    for member in members:
        with member.open() as stream:
            num_lines += sum(1 for line in stream if line.strip())
    return num_lines
