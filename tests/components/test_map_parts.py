"""The parts of the Map page: what they lay out, and that the scripts find what they look for."""

import json
import re

import pytest
from dash.development.base_component import Component

from components import (
    function_bar,
    gallery,
    knobs,
    leads,
    map_window,
    palette,
    pins,
    receipt,
    run_panel,
    timeline,
)
from components.attributes import attributes
from ml.insight.leads import KINDS
from ml.knobs import KNOBS
from ml.measures.collapse import COLLAPSING
from ml.records import PRESETS
from tests.components.tree import nodes, of_type, props, text_of
from tests.source import ROOT

PARTS = (
    function_bar, gallery, knobs, leads, map_window, palette, pins, receipt, run_panel, timeline,
)  # fmt: skip


def ids_of(component: Component) -> list[str]:
    found = [props(each).get("id") for each in nodes(component)]
    return [each for each in found if isinstance(each, str)]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_layout__holds_each_id_once(part: object) -> None:
    ids = ids_of(part.layout())  # type: ignore[attr-defined]
    assert len(ids) == len(set(ids))
    declared = {v for k, v in vars(part.ids).items() if k.isupper()}  # type: ignore[attr-defined]
    assert declared <= set(ids)


ROOMS = ("mappage", "teaching", "insight", "motion", "parts", "shell")
"""Where the modules of the Map page lie."""


def test_scripts__find_every_element_they_ask_for() -> None:
    laid_out = {name for part in PARTS for name in ids_of(part.layout())}
    knob_ids = {
        f"{part}-{preset}-{knob.name}"
        for preset, table in KNOBS.items()
        for knob in table
        if knob.is_shown
        for part in knobs.PARTS
    }
    assert knob_ids <= laid_out
    for path in (each for room in ROOMS for each in (ROOT / "assets" / room).glob("*.mjs")):
        script = path.read_text(encoding="utf-8")
        asked = {*re.findall(r'root\.querySelector\("#([a-z-]+)', script)}
        if "const find = (id) => root" in script:
            asked |= set(re.findall(r'\bfind\("([a-z-]+)"\)', script))
        assert asked <= laid_out, path.name


def test_buttons__have_a_name() -> None:
    """An icon alone says nothing to a screen reader."""
    for part in PARTS:
        for button in of_type(part.layout(), "Button"):
            assert props(button).get("aria-label") or text_of(button).strip()


def test_styles__set_every_knob_that_is_shown() -> None:
    for preset, table in KNOBS.items():
        written = props(knobs.styles(preset))["data-styles"]
        for settings in json.loads(written).values():
            assert {knob.name for knob in table if knob.is_shown} <= set(settings)


def test_knobs__carry_their_bounds_and_their_sentence() -> None:
    for preset, knob in [(preset, knob) for preset, table in KNOBS.items() for knob in table]:
        row = knobs.knob_row(preset, knob)
        given = props(row)
        assert (given["data-low"], given["data-high"]) == (knob.low, knob.high)
        assert given["data-caution"] == ("" if knob.caution_above is None else knob.caution_above)
        assert knob.sentence in text_of(row)


def test_knobs__those_of_the_default_preset_are_shown_first() -> None:
    groups = [each for each in nodes(knobs.layout()) if props(each).get("data-preset")]
    assert [props(each)["data-preset"] for each in groups if not props(each)["hidden"]] == [
        PRESETS[0]
    ]
    labels = [text_of(each) for each in of_type(knobs.knob_group("lodemap"), "Label")]
    assert labels == [
        "Epochs", "Learning rate", "Pull", "Hold", "Unfold", "Refine", "Move weight w dis",
    ]  # fmt: skip


def test_knobs__foretell_a_collapse_only_where_one_can_happen() -> None:
    for preset in KNOBS:
        names = [str(props(each).get("className")) for each in nodes(knobs.knob_group(preset))]
        warns = [name for name in names if name.startswith("forecast")]
        assert len(warns) == (preset in COLLAPSING), preset


def test_menus__offer_what_the_scripts_know() -> None:
    look = (ROOT / "assets" / "parts" / "look.mjs").read_text(encoding="utf-8")
    modes = re.search(r"COLOR_MODES = \[(.*?)\]", look)
    assert modes
    assert re.findall(r'"(\w+)"', modes[1]) == [value for value, _ in function_bar.COLOR_MODES]


def test_timeline__offers_the_speeds_of_a_replay_from_disk() -> None:
    select = next(each for each in of_type(timeline.layout(), "Select"))
    offered = [float(each["value"]) for each in props(select)["options"]]
    assert offered == [0.5, 1, 2, 4]
    assert float(props(select)["value"]) == 1
    assert [each["label"] for each in props(select)["options"]] == ["½×", "1×", "2×", "4×"]
    bar = (ROOT / "assets" / "takeaway" / "bar.mjs").read_text(encoding="utf-8")
    speeds = re.search(r"SPEEDS = \[(.*?)\]", bar)
    assert speeds
    assert [float(each) for each in speeds[1].split(",")] == offered


def test_attributes__spread_into_a_component() -> None:
    assert attributes({"data-x": 1}) == {"data-x": 1}


def test_leads__have_the_kinds_and_words_of_the_script() -> None:
    script = (ROOT / "assets" / "insight" / "leads.mjs").read_text(encoding="utf-8")
    told = re.findall(r'\{ kind: "(\w+)", word: "([^"]+)", tip: "([^"]+)" \}', script)
    assert told == list(leads.KINDS)
    assert {kind for kind, *_ in told} == set(KINDS)
    tabs = [each for each in of_type(leads.layout(), "Button") if "data-kind" in props(each)]
    assert [props(each)["data-tip"] for each in tabs] == [tip for *_, tip in leads.KINDS]


def test_function_bar__names_begin_with_the_words_that_are_seen() -> None:
    """Whoever speaks to the page says what stands on it."""
    said = {
        str(props(each)["id"]): str(props(each).get("aria-label"))
        for each in of_type(function_bar.layout(), "Button")
        if "id" in props(each)
    }
    assert said["reset"] == "Reset: Back to the project's start"
    assert said["toggle-regions"].startswith("Regions: ")
    assert said["find"] == "Find samples by id, class or text"
    assert not [each for each in said.values() if re.match(r"(.+): \1\b", each)], "said twice"


def test_knobs__a_slider_that_was_not_set_yet_is_filled_up_to_its_thumb() -> None:
    """Until the scripts are there all sliders stand at their low end."""
    styles = (ROOT / "assets/20_shell.css").read_text()
    sliders = [
        each for each in of_type(knobs.layout(), "Input") if "slider" in props(each)["class_name"]
    ]
    assert {props(each)["value"] for each in sliders} == {0}
    assert re.findall(r"\.slider \{ --at: (\w+%)", styles) == ["0%"]
