"""One size and one colour for all pictures of a set."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.intake.records import SIDES, Color

USUAL_SIDES: Final = (28, 96)
"""Pixels; the square that pictures of many sizes are fitted into is chosen between these."""
GREY_WEIGHTS: Final = (19595, 38470, 7471)
"""Of red, green and blue in brightness, times 65,536 (ITU-R BT.601)."""
WHITE: Final = 255
BLACK: Final = 0
MIDDLE: Final = 127.5
"""Brightness between dark and light; of alpha, between see-through and covered."""
GROUNDS: Final = {WHITE: "white", BLACK: "black"}
Size = tuple[int, int]
"""(width, height) in pixels, as Pillow has it."""


@dataclass(frozen=True)
class Fit:
    """What every picture becomes."""

    channels: int
    """1 grey, 3 red, green and blue."""
    height: int
    width: int
    ground: int = BLACK
    """Brightness of what a picture does not cover, and of what shines through: 0 or 255."""
    bits: int = 16
    """Of grey with more than 8 bits a value: 2 to this power is white."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width)."""
        return self.channels, self.height, self.width

    @property
    def mode(self) -> str:
        """Pillow's name of the colour."""
        return "L" if self.channels == 1 else "RGB"

    def place(self, image: Image.Image) -> Image.Image:
        """Return a picture of this mode in this size: aspect kept, centred on the ground."""
        if image.size == (self.width, self.height):
            return image
        ratio = min(self.width / image.width, self.height / image.height)
        width = min(max(round(image.width * ratio), 1), self.width)
        height = min(max(round(image.height * ratio), 1), self.height)
        image = image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)
        if (width, height) == (self.width, self.height):
            return image
        canvas = Image.new(self.mode, (self.width, self.height), (self.ground,) * self.channels)
        canvas.paste(image, ((self.width - width) // 2, (self.height - height) // 2))
        return canvas

    def stack(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return pictures (n, 1, 3 or 4, any height, any width) as (n, *shape), contiguous."""
        pixels = convert(pixels, self.channels, self.ground)
        if pixels.shape[1:] == self.shape:
            return np.ascontiguousarray(pixels)
        placed = np.empty((len(pixels), *self.shape), np.uint8)
        for i, picture in enumerate(pixels):
            cells = picture[0] if self.channels == 1 else picture.transpose(1, 2, 0)
            image = self.place(Image.fromarray(np.ascontiguousarray(cells)))
            placed[i] = to_planes(image)
        return placed


def to_planes(image: Image.Image) -> NDArray[np.uint8]:
    """Return a grey or RGB picture as (channels, height, width)."""
    cells = np.asarray(image)
    return cells[None] if cells.ndim == 2 else cells.transpose(2, 0, 1)


def convert(pixels: NDArray[np.uint8], channels: int, ground: int) -> NDArray[np.uint8]:
    """Return pictures (n, 1, 3 or 4, height, width) with 1 or 3 channels; ground shines through."""
    if pixels.shape[1] == 4:
        alpha = pixels[:, 3:].astype(np.uint16)
        mixed = pixels[:, :3] * alpha + ground * (255 - alpha) + 127
        pixels = (mixed // 255).astype(np.uint8)
    if pixels.shape[1] == channels:
        return pixels
    if channels == 3:
        return np.repeat(pixels, 3, axis=1)
    weights = np.array(GREY_WEIGHTS, np.uint32).reshape(1, 3, 1, 1)
    grey: NDArray[np.uint32] = (pixels * weights).sum(axis=1, keepdims=True, dtype=np.uint32)
    return (grey + 32768 >> 16).astype(np.uint8)


def is_grey(pixels: NDArray[np.uint8]) -> bool:
    """Whether pictures (n, channels, height, width) have red, green and blue alike."""
    if pixels.shape[1] == 1:
        return True
    red, green, blue = pixels[:, 0], pixels[:, 1], pixels[:, 2]
    return np.array_equal(red, green) and np.array_equal(green, blue)


def num_channels(color: Color, are_grey: bool) -> int:
    """Return 1 or 3, as chosen or, where nobody chose, as the pictures are."""
    return 1 if color == "grey" or (color == "auto" and are_grey) else 3


def choose_size(sizes: Sequence[Size], side: int | None) -> tuple[Size, str]:
    """Return the size all pictures get, and a sentence where it is not their own.

    Args:
        sizes: of the pictures looked at, at least one.
        side: longest side that somebody chose; None leaves it to the pictures.
    """
    if len(set(sizes)) > 1:
        return _square(sizes, side)
    width, height = sizes[0]
    longest = max(width, height)
    target = side or (longest if longest <= SIDES[1] else USUAL_SIDES[1])
    if target == longest:
        return (width, height), ""
    size = (max(1, round(width * target / longest)), max(1, round(height * target / longest)))
    return size, f"{size_text((width, height))}: scaled to {size_text(size)}."


def size_text(size: Size) -> str:
    """Return width and height for a sentence."""
    return f"{size[0]} x {size[1]}"


def ground_of(pictures: NDArray[np.uint8]) -> int:
    """Return what shines through pictures (n, 4, height, width): white where they are dark."""
    is_covered = pictures[:, 3] > MIDDLE
    covered = pictures[:, :3].transpose(0, 2, 3, 1)[is_covered]
    return WHITE if covered.size and covered.mean() < MIDDLE else BLACK


def border_level(picture: NDArray[np.uint8]) -> float:
    """Return the median brightness of a picture's edge; shape (channels, height, width)."""
    edges = (picture[:, 0], picture[:, -1], picture[:, :, 0], picture[:, :, -1])
    return float(np.median(np.concatenate([edge.ravel() for edge in edges])))


def _square(sizes: Sequence[Size], side: int | None) -> tuple[Size, str]:
    usual = round(statistics.median(max(size) for size in sizes))
    side = side or min(max(usual, USUAL_SIDES[0]), USUAL_SIDES[1])
    by_area = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    sentence = (
        f"Sizes from {size_text(by_area[0])} to {size_text(by_area[-1])}: fitted into "
        f"{side} x {side}, aspect kept."
    )
    return (side, side), sentence
