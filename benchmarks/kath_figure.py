"""Figure 2 of Kath et al. drawn from our own maps: scatters with marginal histograms."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

COLORS: Final = (
    "#0c90f0", "#b4300c", "#fc8400", "#9c78a8", "#246c54", "#7854cc", "#cc90c0", "#5c4a3c",
    "#90b478", "#e0568c",
)  # fmt: skip
INK: Final = "#2b2b33"
FAINT: Final = "#7a7a86"
LINE: Final = "#d5d5dd"
PAPER: Final = "#ffffff"
SIDE: Final = 212
"""Pixels of a scatter each way."""
BAR: Final = 30
"""Pixels of a marginal histogram's height."""
GAP: Final = 34
TITLE: Final = 42
FOOT: Final = 18
MARGIN: Final = 20
FINE: Final = 3
"""Drawn so many times as large, then reduced: smooth dots without an alpha channel."""
RADIUS: Final = 1.25
NUM_BINS: Final = 44
LEAST_REACH: Final = 1.0
"""Map units from the middle to the edge, so that a collapsed map is seen as a dot."""
COLUMN: Final = SIDE + BAR + GAP
ROW: Final = TITLE + BAR + SIDE + FOOT + GAP // 2
GRID: Final = (
    (("none", "No classifier"), ("logistic", "Logistic head"), ("mlp", "Two hidden layers")),
    (("long_5", "5 epochs"), ("long_15", "15 epochs"), ("long_30", "30 epochs"),
     ("long_50", "50 epochs")),
    (("kl1_c1", "KL 1, class 1"), ("kl3_c1", "KL 3, class 1"), ("kl3_c10", "KL 3, class 10"),
     ("kl300_c1", "KL 300, class 1")),
)  # fmt: skip
ROW_NAMES: Final = ("a", "b", "c")


@dataclass(frozen=True, eq=False)
class Sketch:
    """What is drawn: one seed's maps."""

    maps: Mapping[str, NDArray[np.float32]]
    """Latents, shape (num_samples, 2), by variant."""
    label: NDArray[np.int16]
    """Shape (num_samples,)."""
    subtitles: Mapping[str, str]
    """What is written under a panel's title, by variant."""
    class_names: Sequence[str]


def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return Pillow's own type at a size in final pixels."""
    return ImageFont.load_default(size * FINE)


def reach(z: NDArray[np.float32]) -> tuple[NDArray[np.float64], float]:
    """Return the middle of a map, and how far its outermost points lie, strays aside."""
    low, high = np.percentile(z, (0.3, 99.7), axis=0)
    return (low + high) / 2, max(LEAST_REACH, float((high - low).max()) / 2 * 1.06)


def ticks_of(middle: float, half: float) -> list[float]:
    """Return the multiples of 1, 2 or 5 times a power of ten on an axis, two to five of them."""
    power = 10 ** math.floor(math.log10(half))
    step = max(each * power for each in (0.5, 1, 2, 5) if each * power <= 0.9 * half)
    first, last = math.ceil((middle - half) / step), math.floor((middle + half) / step)
    return [i * step for i in range(first, last + 1)]


class Canvas:
    """A picture in final pixels that is drawn finer."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (width * FINE, height * FINE), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """Fill a rectangle."""
        corners = [x * FINE, y * FINE, (x + width) * FINE - 1, (y + height) * FINE - 1]
        if corners[2] >= corners[0] and corners[3] >= corners[1]:
            self._draw.rectangle(corners, fill=fill)

    def frame(self, x: float, y: float, side: float) -> None:
        """Draw the thin edge of a square."""
        corners = [x * FINE, y * FINE, (x + side) * FINE, (y + side) * FINE]
        self._draw.rectangle(corners, outline=LINE, width=FINE)

    def dot(self, x: float, y: float, radius: float, fill: str) -> None:
        """Draw a disc."""
        corners = [(x - radius) * FINE, (y - radius) * FINE,
                   (x + radius) * FINE, (y + radius) * FINE]  # fmt: skip
        self._draw.ellipse(corners, fill=fill)

    def text(self, x: float, y: float, words: str, size: float, fill: str = INK) -> None:
        """Write from the left."""
        self._draw.text((x * FINE, y * FINE), words, fill=fill, font=font(size))

    def centred(self, x: float, y: float, words: str, size: float) -> None:
        """Write about a middle, faint."""
        self._draw.text((x * FINE, y * FINE), words, fill=FAINT, font=font(size), anchor="ma")

    def save(self, path: Path) -> None:
        """Write a PNG of 64 colours."""
        size = (self._image.width // FINE, self._image.height // FINE)
        small = self._image.resize(size, Image.Resampling.LANCZOS)
        path.parent.mkdir(parents=True, exist_ok=True)
        small.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)


def draw_scatter(
    canvas: Canvas, at: tuple[float, float], z: NDArray[np.float32], label: NDArray[np.int16]
) -> None:
    """Draw a map with ticks; `at` is the upper left corner of its square."""
    x, y = at
    middle, half = reach(z)
    canvas.frame(x, y, SIDE)
    for value in ticks_of(float(middle[0]), half):
        along = x + SIDE / 2 + (value - float(middle[0])) / half * SIDE / 2
        canvas.box(along, y + SIDE, 1, 4, LINE)
        canvas.centred(along, y + SIDE + 5, f"{value:g}", 9)
    scaled = (z - middle) / half * SIDE / 2
    is_in = (np.abs(scaled) < SIDE / 2 - RADIUS).all(1)
    for i in np.random.default_rng(0).permutation(np.flatnonzero(is_in)):
        right, up = scaled[i]
        canvas.dot(x + SIDE / 2 + right, y + SIDE / 2 - up, RADIUS, COLORS[label[i] % len(COLORS)])


def draw_margins(
    canvas: Canvas, at: tuple[float, float], z: NDArray[np.float32], label: NDArray[np.int16]
) -> None:
    """Draw the histograms of both axes, the classes' bars one upon the other."""
    x, y = at
    middle, half = reach(z)
    edges = np.linspace(-half, half, NUM_BINS + 1)
    width = SIDE / NUM_BINS
    for axis in (0, 1):
        values = z[:, axis] - middle[axis]
        counts = [np.histogram(values[label == k], edges)[0] for k in range(int(label.max()) + 1)]
        tallest = max(1, int(np.sum(counts, axis=0).max()))
        lower = np.zeros(NUM_BINS)
        for k, count in enumerate(counts):
            length = count / tallest * (BAR - 4)
            for i in np.flatnonzero(count):
                low, along, color = lower[i], i * width, COLORS[k % len(COLORS)]
                if axis == 0:
                    canvas.box(x + along, y - 2 - low - length[i], width, length[i], color)
                else:
                    top = y + SIDE - along - width
                    canvas.box(x + SIDE + 3 + low, top, length[i], width, color)
            lower += length


def draw_legend(canvas: Canvas, at: tuple[float, float], class_names: Sequence[str]) -> None:
    """Name the classes in two columns, and say what is drawn."""
    x, y = at
    for i, name in enumerate(class_names):
        left, top = x + 8 + (i % 2) * SIDE / 2, y + 6 + (i // 2) * 22
        canvas.dot(left, top + 7, 4.5, COLORS[i % len(COLORS)])
        canvas.text(left + 11, top, name, 12)
    foot = y + 6 + (len(class_names) + 1) // 2 * 22 + 10
    for i, line in enumerate((
        "Mean of z of each sample, each map",
        "at its own scale; histograms of the",
        "classes along both axes.",
        "a, b: KL 3, class 100.",
        "a, c: 30 epochs.",
    )):  # fmt: skip
        canvas.text(x, foot + 16 * i, line, 11, FAINT)


def draw(sketch: Sketch, path: Path) -> None:
    """Draw the grid and write it as PNG."""
    width = 2 * MARGIN + 4 * COLUMN - GAP
    height = 2 * MARGIN + 3 * ROW - GAP // 2
    canvas = Canvas(width, height)
    for row, panels in enumerate(GRID):
        top = MARGIN + row * ROW
        for column, (name, title) in enumerate(panels):
            left = MARGIN + column * COLUMN
            shown = f"({ROW_NAMES[row]})  {title}" if column == 0 else title
            canvas.text(left, top, shown, 14)
            canvas.text(left, top + 20, sketch.subtitles.get(name, ""), 10.5, FAINT)
            corner = (float(left), float(top + TITLE + BAR))
            draw_scatter(canvas, corner, sketch.maps[name], sketch.label)
            draw_margins(canvas, corner, sketch.maps[name], sketch.label)
    legend = (float(MARGIN + 3 * COLUMN), float(MARGIN + TITLE + BAR))
    draw_legend(canvas, legend, sketch.class_names)
    canvas.save(path)
