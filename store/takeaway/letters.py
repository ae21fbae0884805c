"""Text in any script on a picture, with whatever fonts this machine has.

A font is chosen for each letter: the first of a short list that has it. Where none has, the letter
is drawn as "?" and noted, so that whoever gets the film is told instead of finding empty boxes.
"""

import functools
import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont
FOLDERS: Final = (
    "~/.fonts", "~/.local/share/fonts", "~/Library/Fonts", "/usr/share/fonts",
    "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
PREFERRED: Final = (
    "inter-regular", "roboto-regular", "notosans-regular", "segoeui", "dejavusans",
    "liberationsans-regular", "arial", "helvetica",
    # beyond Latin, Greek and Cyrillic
    "notosanscjk-regular", "notosanssc-regular", "notosansjp-regular", "notosanskr-regular",
    "sourcehansans-regular", "wqy-microhei", "wqy-zenhei", "droidsansfallbackfull",
    "msyh", "yugothr", "meiryo", "malgun", "pingfang", "hiragino sans gb", "applesdgothicneo",
    "notosansarabic-regular", "notosanshebrew-regular", "notosansdevanagari-regular",
    "notosansbengali-regular", "notosansthai-regular", "notosanstamil-regular",
    "notosansethiopic-regular", "nirmala", "leelawui", "arial unicode", "unifont", "symbola",
)  # fmt: skip
BOLD: Final = (
    "inter-bold", "roboto-bold", "notosans-bold", "segoeuib", "dejavusans-bold",
    "liberationsans-bold", "arialbd", "arial bold", "helvetica-bold",
)  # fmt: skip
"""Those that come first where text is to stand out."""
MOST_FILES: Final = 20_000
"""Files looked at in the folders of fonts."""
_NOBODYS: Final = "\U0010fffd"
"""A letter of no script: what a font draws for it, it draws for whatever it lacks."""


@functools.cache
def font_files(*, is_bold: bool = False) -> tuple[Path, ...]:
    """Return the files of the preferred fonts that are here, the most preferred first.

    Args:
        is_bold: Whether bold ones come before all others.
    """
    found: dict[str, Path] = {}
    for path in _files():
        if path.suffix.lower() in (".ttf", ".otf", ".ttc"):
            found.setdefault(path.stem.lower(), path)
    names = (*BOLD, *PREFERRED) if is_bold else PREFERRED
    return tuple(found[name] for name in names if name in found)


def _files() -> Iterator[Path]:
    left = MOST_FILES
    for folder in FOLDERS:
        for root, folders, names in os.walk(os.path.expanduser(folder)):
            folders.sort()
            left -= len(names)
            if left < 0:
                return
            yield from (Path(root, name) for name in sorted(names))


class Letters:
    """Text of one size; drawn text is kept, for a film draws the same again and again."""

    def __init__(self, pixels: int, *, is_bold: bool = False) -> None:
        self.pixels = max(6, pixels)
        self._is_bold = is_bold
        self.missing: set[str] = set()
        """Letters that no font here has."""
        self._fonts = [*self._opened()]
        self._blanks = [bytes(font.getmask(_NOBODYS)) for font in self._fonts]
        self._font_of: dict[str, int | None] = {}

    @property
    def height(self) -> int:
        """Pixels from one line to the next."""
        return round(self.pixels * 1.35)

    def _opened(self) -> Iterator[Font]:
        for path in font_files(is_bold=self._is_bold):
            try:
                yield ImageFont.truetype(str(path), self.pixels)
            except OSError:  # a damaged or foreign file: the next will do
                continue
        plain = ImageFont.load_default(self.pixels)
        if isinstance(plain, ImageFont.FreeTypeFont):
            yield plain

    def runs(self, text: str) -> list[tuple[Font, str]]:
        """Split a text where its font changes."""
        clean = "".join(self._known(letter) for letter in text)
        pairs = groupby(clean, key=self._choose)
        return [(self._fonts[at or 0], "".join(letters)) for at, letters in pairs]

    def width(self, text: str) -> float:
        """Return how many pixels a text takes."""
        return sum(font.getlength(part) for font, part in self.runs(text))

    def cut(self, text: str, most: float) -> str:
        """Return a text that fits into `most` pixels, with an ellipsis where it was cut."""
        if self.width(text) <= most:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (
                (middle, high) if self.width(text[:middle] + "…") <= most else (low, middle - 1)
            )
        return text[:low].rstrip() + "…"

    def draw(
        self, image: Image.Image, at: tuple[float, float], text: str, fill: tuple[int, ...]
    ) -> None:
        """Draw a text with its left end and the middle of its line at a place."""
        pen, x = ImageDraw.Draw(image), at[0]
        for font, part in self.runs(text):
            pen.text((x, at[1]), part, font=font, fill=fill, anchor="lm")
            x += font.getlength(part)

    def label(
        self, text: str, fill: tuple[int, int, int], halo: tuple[int, int, int], stroke: int
    ) -> Image.Image:
        """Return a text on nothing, with a halo that keeps it legible on points."""
        width = max(1, round(self.width(text)) + 2 * stroke + 2)
        image = Image.new("RGBA", (width, self.height + 2 * stroke), (*halo, 0))
        pen, x = ImageDraw.Draw(image), float(stroke + 1)
        for font, part in self.runs(text):
            pen.text((x, image.height / 2), part, font=font, fill=fill, anchor="lm",
                     stroke_width=stroke, stroke_fill=(*halo, 190))  # fmt: skip
            x += font.getlength(part)
        return image

    def _known(self, letter: str) -> str:
        if letter.isspace() or self._choose(letter) is not None:
            return letter
        self.missing.add(letter)
        return "?"

    def _choose(self, letter: str) -> int | None:
        if letter not in self._font_of:
            has = (n for n, font in enumerate(self._fonts) if self._has(font, n, letter))
            self._font_of[letter] = next(has, None)
        return self._font_of[letter]

    def _has(self, font: Font, nth: int, letter: str) -> bool:
        if letter.isspace():
            return True
        mask = bytes(font.getmask(letter))
        return mask != self._blanks[nth]
