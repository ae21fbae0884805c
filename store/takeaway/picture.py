"""One picture of a map: points, names, title, legend, caption and the line of time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from store.records import ClassInfo
from store.takeaway.discs import Canvas, Marks
from store.takeaway.eye import Eye, Room
from store.takeaway.inks import Inks
from store.takeaway.letters import Letters
from store.takeaway.looks import Spoken, key_marks, marks_of

Picture = NDArray[np.uint8]
DESIGNED_FOR: Final = 1280
"""Width at which a size below is in pixels."""
LEAST_UNIT: Final = 0.72
"""Text becomes no smaller than for a picture of this share of that width."""
MOST_ROWS: Final = 14
"""Classes of the legend."""
MOST_NAMES: Final = 30
"""Names on the map."""
TIGHT, WIDE = 26.0, 48.0
"""A cluster that reaches less than the first would hide below its name; past the second the name
lies within."""
TAIL: Final = 10.0
"""Percent of a cluster's points that its reach leaves out at each end."""
KEY: Final = ("named", "predicted", "held out")
"""What the marks mean, below the classes, where there is room."""


@dataclass(frozen=True)
class Stretch:
    """A run on the line of time."""

    title: str
    start: float
    """Share of the film, 0 to 1."""
    end: float


class Painter:
    """Draws pictures of one size in one theme."""

    def __init__(
        self, size: tuple[int, int], inks: Inks, designed_for: float = DESIGNED_FOR
    ) -> None:
        self.width, self.height = size
        self.inks = inks
        self.unit = self.width / designed_for
        self.canvas = Canvas(*size)
        legible = max(self.unit, LEAST_UNIT)
        self.small = Letters(round(13 * legible))
        self.plain = Letters(round(15 * legible))
        self.large = Letters(round(20 * legible), is_bold=True)
        self.bold = Letters(round(15 * legible), is_bold=True)
        self._labels: dict[str, Picture] = {}

    @property
    def missing(self) -> set[str]:
        """Letters that no font here has."""
        return set().union(
            *(each.missing for each in (self.small, self.plain, self.large, self.bold))
        )

    @property
    def room(self) -> Room:
        """Where the points are."""
        side = 24 * self.unit
        return Room(side, 56 * self.unit, self.width - 2 * side - 190 * self.unit,
                    self.height - 170 * self.unit)  # fmt: skip

    @property
    def whole(self) -> Room:
        """Where the points are in a picture of the map alone."""
        side = 24 * self.unit
        return Room(side, side, self.width - 2 * side, self.height - 2 * side)

    def paper(
        self, title: str, subtitle: str, stretches: Sequence[Stretch], classes: Sequence[ClassInfo]
    ) -> Picture:
        """Return what stays the same in every picture."""
        image = Image.new("RGB", (self.width, self.height), self.inks.of["map"])
        left, (title, subtitle) = 24 * self.unit, self.heading(title, subtitle)
        self.large.draw(image, (left, 30 * self.unit), title, self.inks.of["ink"])
        at = self.width - left - self.small.width(subtitle)
        self.small.draw(image, (at, 30 * self.unit), subtitle, self.inks.of["ink3"])
        self._line(image, stretches)
        return self._legend(image, classes)

    def heading(self, title: str, subtitle: str) -> tuple[str, str]:
        """Return title and subtitle, cut so that they stand side by side."""
        most = self.width - 48 * self.unit
        title = self.large.cut(title, most * 0.55)
        return title, self.small.cut(subtitle, most - self.large.width(title) - 16 * self.unit)

    def name_in_legend(self, name: str) -> str:
        """Return the name of a class, cut so that it ends before the picture does."""
        return self.small.cut(name, 150 * self.unit)

    def name_on_map(self, name: str) -> str:
        """Return it, cut so that it does not run across the map."""
        return self.bold.cut(name, 190 * self.unit)

    def points(
        self, picture: Picture, eye: Eye, embedding: NDArray[np.floating], marks: Marks
    ) -> None:
        """Draw the points of a map on a picture, in place."""
        place, near = eye.pixels(embedding)
        crowd = max(1.0, len(embedding) / 2500)
        radius = max(1.6, 6.4 * crowd**-0.19) / 2 * max(0.6, self.unit) * np.clip(near, 0.55, 2.2)
        if embedding.shape[1] == 3:  # the nearer covers the farther
            rank = np.nan_to_num((near - 0.5) / 1.5).clip(0, 1).astype(np.float32)
            marks = replace(marks, rank=rank)
        self.canvas.draw(picture, place, np.minimum(np.nan_to_num(radius, nan=1), 20), marks)

    def names(
        self, picture: Picture, eye: Eye, embedding: NDArray[np.floating],
        spoken: Sequence[tuple[Spoken, str]],
    ) -> None:  # fmt: skip
        """Write the names of classes amid their points; one that covers another is left out."""
        taken: list[tuple[float, float, float, float]] = []
        for each, name in spoken[:MOST_NAMES]:
            label = self._label(name)
            middle = np.median(embedding[each.ids], axis=0)[None]
            (x, y), (height, width) = eye.pixels(middle)[0][0], label.shape[:2]
            if not np.isfinite([x, y]).all():
                continue
            y -= _lift(eye.pixels(embedding[each.ids])[0], (x, y), height, self.unit)
            box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            if any(_overlap(box, other) for other in taken):
                continue
            taken.append(box)
            paste(picture, label, (round(box[0]), round(box[1])))

    def caption(self, picture: Picture, text: str, where: str, share: float) -> None:
        """Write what was done last, where the film is, and move the playhead."""
        image = Image.fromarray(picture)
        y = self.height - 36 * self.unit
        self.small.draw(image, (24 * self.unit, y - 30 * self.unit), where, self.inks.of["ink2"])
        if text:
            shown = self.plain.cut(text, self.width * 0.74)
            width, pad = self.plain.width(shown), 12 * self.unit
            x, middle = (self.width - width) / 2, self.height - 92 * self.unit
            box = (x - pad, middle - 17 * self.unit, x + width + pad, middle + 17 * self.unit)
            pen = ImageDraw.Draw(image)
            pen.rounded_rectangle(box, 8 * self.unit, fill=self.inks.of["surface"],
                                  outline=self.inks.of["line2"])  # fmt: skip
            self.plain.draw(image, (x, middle), shown, self.inks.of["ink"])
        picture[:] = np.asarray(image)
        x = 24 * self.unit + share * (self.width - 48 * self.unit)
        half = max(1, round(1.2 * self.unit))
        top, bottom = round(y - 14 * self.unit), round(y + 14 * self.unit)
        picture[top:bottom, max(0, round(x) - half) : round(x) + half] = self.inks.of["accent"]

    def _line(self, image: Image.Image, stretches: Sequence[Stretch]) -> None:
        pen, y = ImageDraw.Draw(image), self.height - 36 * self.unit
        left, wide = 24 * self.unit, self.width - 48 * self.unit
        for each in stretches:
            x0, x1 = left + each.start * wide, left + each.end * wide - 2 * self.unit
            box = (x0, y - 9 * self.unit, max(x0 + 1, x1), y + 9 * self.unit)
            pen.rounded_rectangle(box, 4 * self.unit, fill=self.inks.of["hover"],
                                  outline=self.inks.of["line2"])  # fmt: skip
            if self.small.width(each.title) < x1 - x0 - 12 * self.unit:
                self.small.draw(image, (x0 + 7 * self.unit, y), each.title, self.inks.of["ink2"])

    def _legend(self, image: Image.Image, classes: Sequence[ClassInfo]) -> Picture:
        living = [info for info in classes if info.merged_into is None]
        left, top, step = self.width - 190 * self.unit, 74 * self.unit, self.small.height * 1.3
        for nth, info in enumerate(living[:MOST_ROWS]):
            at = (left + 14 * self.unit, top + nth * step)
            self.small.draw(image, at, self.name_in_legend(info.name), self.inks.of["ink2"])
        if (more := len(living) - MOST_ROWS) > 0:
            at = (left + 14 * self.unit, top + MOST_ROWS * step)
            self.small.draw(image, at, f"and {more} more", self.inks.of["ink3"])
        key = [
            (left, top + (min(len(living), MOST_ROWS + 1) + nth + 0.8) * step) for nth in range(3)
        ]
        has_key = len(living) > 0 and key[-1][1] < self.height - 110 * self.unit
        for (x, y), words in zip(key if has_key else (), KEY, strict=False):
            self.small.draw(image, (x + 14 * self.unit, y), words, self.inks.of["ink3"])
        picture = np.asarray(image).copy()
        if has_key:
            self.canvas.draw(
                picture, np.array(key), np.full(3, 4 * self.unit), key_marks(self.inks)
            )
        shown = living[:MOST_ROWS]
        place = np.array([(left, top + nth * step) for nth in range(len(shown))]).reshape(-1, 2)
        of_class = np.array([info.class_index for info in shown], np.int16)
        nobody = np.zeros(len(shown), np.bool_)
        marks = replace(
            marks_of(of_class, nobody, classes, self.inks), opacity=np.ones(len(shown), np.float32)
        )
        self.canvas.draw(picture, place, np.full(len(shown), 4.6 * self.unit), marks)
        return picture

    def _label(self, name: str) -> Picture:
        if name not in self._labels:
            shown = self.name_on_map(name)
            stroke = max(1, round(2 * self.unit))
            label = self.bold.label(shown, self.inks.of["ink"], self.inks.of["map"], stroke)
            self._labels[name] = np.asarray(label)
        return self._labels[name]


def paste(picture: Picture, label: Picture, at: tuple[int, int]) -> None:
    """Put a picture with opacity, (h, w, 4), on another in place; what is outside is cut off."""
    (x, y), (height, width) = at, label.shape[:2]
    x0, y0 = max(0, x), max(0, y)
    x1, y1 = min(picture.shape[1], x + width), min(picture.shape[0], y + height)
    if x0 >= x1 or y0 >= y1:
        return
    part = label[y0 - y : y1 - y, x0 - x : x1 - x].astype(np.float32)
    share = part[..., 3:] / 255
    under = picture[y0:y1, x0:x1]
    under[:] = np.rint(under * (1 - share) + part[..., :3] * share)


def _lift(
    place: NDArray[np.floating], middle: tuple[float, float], height: float, unit: float
) -> float:
    """Return how far above a tight cluster its name stands, as in assets/map/names.mjs; pixels.

    Args:
        place: Of the cluster's points, pixels, shape (n, 2).
        middle: Of the cluster.
        height: Of the name.
        unit: Pixels a pixel of the design has.
    """
    low, high = np.nanpercentile(place, [TAIL, 100 - TAIL], axis=0)
    across, along = np.maximum(middle - low, high - middle) / unit
    share = np.clip((WIDE - max(along, across / 2)) / (WIDE - TIGHT), 0, 1)
    lift = float(share * (along * unit + height / 2 + 3 * unit))
    return lift if np.isfinite(lift) else 0.0  # some points of a cloud may be behind the eye


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
