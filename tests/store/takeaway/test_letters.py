"""Text in any script: drawn where a font has it, "?" and told where none has."""

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


def test_cut__ends_with_an_ellipsis_within_the_width() -> None:
    letters = Letters(16)
    assert letters.cut("short", 500) == "short"
    cut = letters.cut("a very long name of a class that nobody reads", 90)
    assert cut.endswith("…")
    assert letters.width(cut) <= 90
    assert letters.cut("anything", 0) == "…"
