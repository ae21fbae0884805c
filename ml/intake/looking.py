"""A first look at some pictures of a set, which decides what becomes of all."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from ml.intake.decoding import (
    BROKEN,
    DEEP_GREY,
    damaged,
    has_alpha,
    in_mode,
    open_picture,
    orientation,
    smaller,
)
from ml.intake.errors import IntakeError
from ml.intake.fitting import BLACK, MIDDLE, WHITE, Size, border_level, to_planes
from ml.intake.members import Member

MOST_PIXELS: Final = 40_000_000
"""Pixels decoded for it, and at least one picture; of those beyond only the sizes count."""
SIDE: Final = 64
"""Pixels that show whether a JPEG has colours."""
ENOUGH: Final = 512
"""Pixels of the longest side that show what any picture is like."""
DEEP: Final = 16
"""Bits of a value of deep grey."""
DARK: Final = 2**14
"""Values of 16 bits all below this are a scale of their own, as those of 12 bits."""
GREY_WITHIN: Final = 8
"""Largest difference of red, green and blue in a grey picture; lossy formats are not exact."""


@dataclass(frozen=True)
class Look:
    """What a first look at one picture says."""

    size: Size
    is_grey: bool | None = None
    """None where it was too much to decode."""
    border: float | None = None
    """Median brightness of its edge, 0 to 255; None as above."""
    covered: float | None = None
    """Mean brightness of what is not see-through; None where all is covered."""
    deepest: int | None = None
    """Largest value of grey with more than 8 bits; None for others."""
    is_moving: bool = False
    """Whether it has more than one frame."""


def look_at(members: Sequence[Member]) -> list[Look]:
    """Return what those that can be read are like.

    Raises:
        IntakeError: where none can be read: what is wrong with the first.
    """
    looks: list[Look] = []
    first: IntakeError | None = None
    num_decoded = 0
    for member in members:
        try:
            look, num_pixels = _look(member, MOST_PIXELS - num_decoded if num_decoded else None)
        except IntakeError as error:
            first = first or error
        else:
            num_decoded += num_pixels
            looks.append(look)
    if not looks and first is not None:
        raise first
    return looks


def ground_for(looks: Sequence[Look]) -> int:
    """Return the brightness, 0 or 255, that margins and see-through parts get.

    Dark drawings on nothing get white; else the ground continues the edges.
    """
    covered = [look.covered for look in looks if look.covered is not None]
    if covered:
        return WHITE if statistics.fmean(covered) < MIDDLE else BLACK
    borders = [look.border for look in looks if look.border is not None]
    return WHITE if borders and statistics.median(borders) > MIDDLE else BLACK


def bits_for(looks: Sequence[Look]) -> int:
    """Return how many bits of deep grey are used: all 16 but where all values are dark in them."""
    return _bits(max((look.deepest for look in looks if look.deepest is not None), default=None))


def _bits(deepest: int | None) -> int:
    return deepest.bit_length() if deepest and deepest < DARK else DEEP


def _look(member: Member, most_pixels: int | None) -> tuple[Look, int]:
    """Return a look, and how many pixels were decoded for it: 0 where they were too many."""
    image = open_picture(member.read(), member.name)
    size = image.size[::-1] if orientation(image) in (5, 6, 7, 8) else image.size
    is_moving = getattr(image, "is_animated", False)
    image.draft(None, (SIDE, SIDE))
    num_pixels = image.width * image.height
    if most_pixels is not None and num_pixels > most_pixels:
        return Look(size, is_moving=is_moving), 0
    try:
        image.load()
        image = smaller(image, ENOUGH)
        covered = _covered(image) if has_alpha(image) else None
        deepest = int(np.asarray(image).max()) if image.mode in DEEP_GREY else None
        pixels = to_planes(in_mode(image, "RGB", BLACK, _bits(deepest)))
    except BROKEN as error:
        raise damaged(error, member.name) from error
    span = pixels.max(axis=0).astype(np.int16) - pixels.min(axis=0)
    look = Look(size, bool(span.max() <= GREY_WITHIN), border_level(pixels), covered, deepest,
                is_moving)  # fmt: skip
    return look, num_pixels


def _covered(image: Image.Image) -> float | None:
    cells = np.asarray(image.convert("RGBA"))
    is_covered = cells[..., 3] > MIDDLE
    return float(cells[..., :3][is_covered].mean()) if is_covered.any() else None
