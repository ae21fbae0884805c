import re
from xml.etree import ElementTree

import pytest

from components.icons import FOLDER, ICONS, icon, sprite, stylesheet
from tests.components.tree import props
from tests.source import ROOT


def test_files_in_assets__say_what_the_table_says() -> None:
    """After a change run `python -m components.icons`."""
    assert (FOLDER / "icons.svg").read_text(encoding="utf-8") == sprite()
    assert (FOLDER / "15_icons.css").read_text(encoding="utf-8") == stylesheet()


def test_sprite__holds_each_icon_once_and_none_out_of_its_cell() -> None:
    root = ElementTree.fromstring(sprite())
    names = [each.attrib["id"] for each in root if each.tag.endswith("symbol")]
    places = [float(each.attrib["x"]) for each in root if each.tag.endswith("use")]
    assert names == [f"i-{name}" for name in ICONS]
    assert places == sorted(set(places))
    assert places[-1] + 16 <= float(root.attrib["width"])


def test_icon__is_skipped_by_assistive_technology() -> None:
    given = props(icon("map", "s18"))
    assert given["aria-hidden"] == "true"
    assert given["className"] == "i i-map s18"


def test_icon__unknown_name_is_refused() -> None:
    with pytest.raises(KeyError, match="no icon 'unicorn'"):
        icon("unicorn")


def test_scripts__ask_for_icons_that_exist() -> None:
    """A misspelt name would show as an empty square."""
    asked = {
        name
        for path in (ROOT / "assets").rglob("*.mjs")
        for name in re.findall(r'\bicon\("([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert asked <= set(ICONS)
