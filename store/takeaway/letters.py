"""Text in any script on a picture, with whatever fonts this machine has.

A font is chosen for each letter with its marks: the first of a short list that has them. Where none
has, the letter is drawn as "?" and noted, so that whoever gets the film is told instead of finding
empty boxes.
"""

import functools
import os
import unicodedata
from collections.abc import Iterator
from itertools import groupby, pairwise
from operator import itemgetter
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
_WITH_LAST: Final = ("Mn", "Mc", "Me", "Cf")
"""Categories of what belongs to the letter before it: marks and joiners."""


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
        # As above, but each letter by itself: no circle is put below a mark.
        self._bare = [f.font_variant(layout_engine=ImageFont.Layout.BASIC) for f in self._fonts]
        self._pieces: dict[str, tuple[int, str]] = {}

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
        """Split a text where its font changes, in the order the parts stand from left to right."""
        pieces = [self._piece(each) for each in _clusters(text)]
        letters = [nth for nth, (_, part) in enumerate(pieces) if not part[0].isspace()]
        for one, other in pairwise(letters):
            before, after = pieces[one], pieces[other]
            if before[0] == after[0] or (_is_rtl(before[1]) and _is_rtl(after[1])):
                pieces[one + 1 : other] = [(before[0], part) for _, part in pieces[one + 1 : other]]
        whole = [
            (self._fonts[at], "".join(part for _, part in same))
            for at, same in groupby(pieces, key=itemgetter(0))
        ]
        seen = groupby(whole, key=lambda run: _is_rtl(run[1]))
        return [run for is_rtl, runs in seen for run in ([*runs][::-1] if is_rtl else runs)]

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

    def _piece(self, cluster: str) -> tuple[int, str]:
        """Return which font draws a letter with its marks, and what of it is drawn."""
        if cluster not in self._pieces:
            self._pieces[cluster] = self._chosen(cluster)
        return self._pieces[cluster]

    def _chosen(self, cluster: str) -> tuple[int, str]:
        for wanted in (cluster, cluster[0]):
            for at in range(len(self._fonts)):
                if all(self._has(at, letter) for letter in wanted):
                    kept = [letter for letter in cluster if self._has(at, letter)]
                    self.missing.update(set(cluster).difference(kept))
                    return at, "".join(kept)
        self.missing.add(cluster[0])
        return 0, "?"

    def _has(self, at: int, letter: str) -> bool:
        if letter.isspace():
            return True
        blank, shaped = self._blanks[at], bytes(self._fonts[at].getmask(letter))
        if shaped == blank:
            return False
        # Nothing is drawn for a joiner, whether the font has it or not.
        return not shaped or bytes(self._bare[at].getmask(letter)) != blank


def _clusters(text: str) -> list[str]:
    """Return the letters of a text, each with the marks and joiners after it."""
    found: list[str] = []
    for letter in text:
        if found and unicodedata.category(letter) in _WITH_LAST:
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _is_rtl(text: str) -> bool:
    """Return whether the letters of a text all run from right to left."""
    ways = {unicodedata.bidirectional(letter) for letter in text}
    return "L" not in ways and not ways.isdisjoint(("R", "AL"))
