"""Text in any script: drawn where a font has it, "?" and told where none has."""

import unicodedata

import pytest
from PIL import Image

from store.takeaway.letters import Letters


def test_text__is_drawn_and_measured() -> None:
    letters, image = Letters(20), Image.new("RGB", (200, 40), "white")
    letters.draw(image, (4, 20), "Ωmega Ж é", (0, 0, 0))
    assert min(image.convert("L").tobytes()) < 60
    assert letters.width("WW") > letters.width("ii") > 0
    assert letters.missing == set()


def test_letters__that_no_font_has_are_told() -> None:
    letters = Letters(20)
    letters.width("a\u0378b c")
    assert letters.missing == {"\u0378"}
    assert "".join(part for _, part in letters.runs("x\u0378y")) == "x?y"


class OfScripts(Letters):
    """Letters of fonts that have one script each, the first the signs of all too."""

    def __init__(self, *scripts: str) -> None:
        super().__init__(20)
        self.scripts, self._fonts = scripts, [self._fonts[0]] * len(scripts)

    def _has(self, at: int, letter: str) -> bool:
        name = unicodedata.name(letter)
        is_sign = at == 0 and not letter.isalpha() and unicodedata.category(letter)[0] != "M"
        return is_sign or letter in " \u200c\u200f" or name.startswith(self.scripts[at])

    def parts(self, text: str) -> list[str]:
        return [part for _, part in self.runs(text)]


def test_words_of_one_font__are_one_part() -> None:
    letters = OfScripts("LATIN", "ARABIC", "HEBREW", "DEVANAGARI")
    assert letters.parts("قطة سوداء") == ["قطة سوداء"]
    assert letters.parts("Ada named 3 “قطة سوداء”") == ["Ada named 3 “", "قطة سوداء", "”"]
    assert letters.parts("قطة \u200fسوداء") == ["قطة \u200fسوداء"]
    assert letters.parts("قطة Ada") == ["قطة", " Ada"], "the space stays between the two"
    assert letters.parts("नमूना दो") == ["नमूना दो"]
    assert letters.parts("می\u200cخواهم") == ["می\u200cخواهم"]
    assert letters.missing == set()


def test_parts__of_right_to_left_letters_stand_as_they_are_read() -> None:
    letters = OfScripts("LATIN", "ARABIC", "HEBREW")
    assert letters.parts("a قطة חתול b") == ["a ", "חתול", "قطة ", " b"]
    assert letters.parts("قطة b חתול") == ["قطة", " b ", "חתול"]


def test_mark__that_the_font_of_its_letter_lacks_is_left_out_and_told() -> None:
    letters = OfScripts("LATIN", "COMBINING")
    assert letters.parts("e\u0301x") == ["ex"]
    assert letters.missing == {"\u0301"}


def test_marks__are_left_out_with_a_letter_that_no_font_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("store.takeaway.letters.font_files", lambda **_: ())
    letters = Letters(20)
    assert "".join(part for _, part in letters.runs("नमूना दो ❤\ufe0f")) == "??? ? ?"
    assert letters.missing == {"न", "म", "द", "❤"}


def test_cut__ends_with_an_ellipsis_within_the_width() -> None:
    letters = Letters(16)
    assert letters.cut("short", 500) == "short"
    cut = letters.cut("a very long name of a class that nobody reads", 90)
    assert cut.endswith("…")
    assert letters.width(cut) <= 90
    assert letters.cut("anything", 0) == "…"
