"""One encoded picture as pixels: PNG, JPEG or WebP, and nothing else however it is named."""

import io
import re
import struct
import warnings
import zlib
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.intake.errors import FormatError, IntakeError, TooLargeError
from ml.intake.fitting import Fit, to_planes
from ml.intake.formats import HEAD_BYTES, format_of, refusal
from ml.intake.members import shown

DECODERS: Final = ("PNG", "JPEG", "WEBP")
"""Pillow's names of what may be decoded; all others are never asked."""
MOST_PIXELS: Final = 50_000_000
"""Of one picture."""
MOST_BYTES: Final = 100_000_000
"""Of one encoded picture."""
ORIENTATION: Final = 0x0112
"""EXIF's tag for how the camera was held."""
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
"""Its values, and what sets them right (Exif 2.3, 4.6.4)."""
BROKEN: Final = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, KeyError, IndexError,
    TypeError, OverflowError, NotImplementedError, AttributeError, ZeroDivisionError, MemoryError,
)  # fmt: skip
"""What Pillow's decoders raise for damaged pictures."""
DEEP_GREY: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I")
"""Pillow's modes of grey with more than 8 bits."""


class Decoded(NamedTuple):
    """A picture as pixels, and what of it they do not tell."""

    pixels: NDArray[np.uint8]
    """Shape `fit.shape`."""
    deepest: int
    """Largest value of grey with more than 8 bits; 0 for others."""


def open_picture(data: bytes, name: str, side: int | None = None) -> Image.Image:
    """Return a picture whose header is read, in one of Pillow's modes.

    Args:
        data: the file.
        name: for sentences.
        side: pixels that will be enough; JPEG is then decoded smaller.

    Raises:
        IntakeError: `empty`, `truncated` or `corrupt`.
        FormatError: `format_not_allowed`.
        TooLargeError: `image_too_large`.
    """
    if len(data) > MOST_BYTES:
        raise TooLargeError(
            f"{shown(name)} has {len(data) / 1e6:,.0f} MB; the limit is "
            f"{MOST_BYTES / 1e6:,.0f} MB a picture.", "image_too_large",
        )  # fmt: skip
    _check_pixels(webp_pixels(data), name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sizes are checked below, and odd tags do no harm
            image: Image.Image = Image.open(io.BytesIO(data), formats=DECODERS)
    except Image.DecompressionBombError as error:
        digits = re.search(r"\d+", str(error))
        raise _too_large(int(digits.group()) if digits else MOST_PIXELS, name) from error
    except BROKEN as error:
        raise _unreadable(data, name, error) from error
    _check_pixels(image.width * image.height, name)
    if side and image.format == "JPEG":
        image.draft(None, (2 * side, 2 * side))
    return image


def decode(data: bytes, name: str, fit: Fit) -> Decoded:
    """Return a picture as pixels.

    Raises:
        IntakeError: as `open_picture`.
    """
    image = open_picture(data, name, max(fit.height, fit.width))
    try:
        image.load()
        image = smaller(upright(image), 2 * max(fit.height, fit.width))
        deepest = int(np.asarray(image).max()) if image.mode in DEEP_GREY else 0
        placed = fit.place(in_mode(image, fit.mode, fit.ground, fit.bits))
        return Decoded(to_planes(placed), deepest)
    except BROKEN as error:
        raise damaged(error, name) from error


def orientation(image: Image.Image) -> int:
    """Return how the camera was held, 1 to 8 by EXIF; 1 where that is damaged or missing."""
    if image.format == "PNG" and "exif" not in image.info:
        return 1  # Pillow would decode the whole picture to look for it
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except BROKEN:
        return 1


def upright(image: Image.Image) -> Image.Image:
    """Return a picture turned as EXIF says."""
    turn = TURNS.get(orientation(image))
    return image if turn is None else image.transpose(turn)


def smaller(image: Image.Image, side: int) -> Image.Image:
    """Return a picture reduced by a whole factor, its longest side no shorter than `side`.

    What comes after needs several copies of it, which for 50 Mpx would be a gigabyte.
    """
    factor = max(image.size) // max(side, 1)
    if factor < 2 or image.mode not in ("L", "RGB", "LA", "RGBA"):
        return image
    return image.reduce((min(factor, image.width), min(factor, image.height)))


def in_mode(image: Image.Image, mode: str, ground: int, bits: int = 16) -> Image.Image:
    """Return a picture as "L" or "RGB"; what is see-through shows the ground.

    Args:
        image: in any of Pillow's modes.
        mode: "L" or "RGB".
        ground: brightness, 0 to 255.
        bits: of grey with more than 8 of them, those that are used.
    """
    if image.mode == mode and "transparency" not in image.info:
        return image
    if image.mode in DEEP_GREY:
        image = Image.fromarray(_shallow(np.asarray(image), bits))
    elif image.mode == "F":
        image = Image.fromarray(np.clip(np.nan_to_num(np.asarray(image)), 0, 255).astype(np.uint8))
    if has_alpha(image):
        image = image.convert("RGBA")
        below = Image.new("RGBA", image.size, (ground, ground, ground, 255))
        image = Image.alpha_composite(below, image)
    return image if image.mode == mode else image.convert("RGB").convert(mode)


def has_alpha(image: Image.Image) -> bool:
    """Whether parts of a picture may be see-through."""
    return image.mode in ("LA", "PA", "La", "RGBA", "RGBa") or "transparency" in image.info


def damaged(error: BaseException, name: str) -> IntakeError:
    """Return the error for a picture whose pixels cannot be decoded."""
    if "truncated" in str(error):
        return IntakeError("truncated", f"{shown(name)} was cut off; copy or download it again.")
    return IntakeError("corrupt", f"{shown(name)} is damaged; save or download it again.")


def webp_pixels(data: bytes) -> int:
    """Return the pixels a WebP file declares, 0 for other files.

    Pillow's decoder asks for memory as it opens, before a limit can be checked. Layout: Google,
    WebP Container Specification.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return 0
    if data[12:16] == b"VP8X":
        width, height = data[24:27] + b"\0", data[27:30] + b"\0"
        return int((struct.unpack("<I", width)[0] + 1) * (struct.unpack("<I", height)[0] + 1))
    if data[12:16] == b"VP8L":
        bits = struct.unpack("<I", data[21:25])[0]
        return int(((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1))
    width_16, height_16 = struct.unpack("<HH", data[26:30])
    return int((width_16 & 0x3FFF) * (height_16 & 0x3FFF))


def _check_pixels(num_pixels: int, name: str) -> None:
    if num_pixels > MOST_PIXELS:
        raise _too_large(num_pixels, name)


def _too_large(num_pixels: int, name: str) -> TooLargeError:
    return TooLargeError(
        f"{shown(name)} has {num_pixels / 1e6:,.0f} Mpx; the limit is "
        f"{MOST_PIXELS / 1e6:,.0f} Mpx, so scale it down.", "image_too_large",
    )  # fmt: skip


def _unreadable(data: bytes, name: str, error: BaseException) -> IntakeError:
    """Return the error for bytes that no decoder takes: another format, or damage."""
    found = format_of(data[:HEAD_BYTES], name, len(data))
    if found.family == "pictures":
        return damaged(error, name)
    if found.code == "format_not_allowed":
        return FormatError(refusal(name, found))
    return IntakeError(found.code, refusal(name, found))


def _shallow(values: NDArray[Any], bits: int) -> NDArray[np.uint8]:
    """Return deep grey as 8-bit: the upper 8 of the bits that are used."""
    deep = np.clip(values, 0, 2**bits - 1).astype(np.uint32)
    shallow: NDArray[np.uint8] = (deep * 256 >> bits).astype(np.uint8)
    return shallow
