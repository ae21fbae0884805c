"""The colours of the app, read from its style sheet: no other file holds a raw colour."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from store.takeaway.bundle import ASSETS
from store.takeaway.wish import Theme

NUM_COLORS: Final = 12
"""Colours of classes; three shapes make 36 slots of them."""
Rgb = tuple[int, int, int]
_TOKEN: Final = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Inks:
    """The colours of one theme."""

    of: Mapping[str, Rgb]
    """By the names of the tokens."""
    theme: Theme = "light"

    @property
    def classes(self) -> list[Rgb]:
        """By colour, in the order of the slots."""
        return [self.of[f"class-{slot}"] for slot in range(NUM_COLORS)]

    def hex(self, name: str) -> str:
        """Return one as a page writes it."""
        return "#{:02x}{:02x}{:02x}".format(*self.of[name])


@functools.cache
def read_inks(theme: Theme) -> Inks:
    """Return the colours of a theme, as `assets/10_tokens.css` has them."""
    text = (ASSETS / "10_tokens.css").read_text(encoding="utf-8")
    light, dark = text.split('[data-bs-theme="dark"]', 1)
    found = _tokens(light)
    if theme == "dark":
        found |= _tokens(dark.split("}", 1)[0])
    return Inks(found, theme)


def _tokens(text: str) -> dict[str, Rgb]:
    return {name: _rgb(value) for name, value in _TOKEN.findall(text)}


def _rgb(text: str) -> Rgb:
    red, green, blue = (int(text[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue
