"""A figure of a snapshot, drawn without a browser."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from store.opening import Store
from store.records import ClassInfo
from store.snapshots.seen import see
from store.takeaway import figure
from store.takeaway.figure import HEIGHT, WIDTH, draw_figure
from store.takeaway.inks import read_inks
from store.takeaway.looks import marks_of
from store.takeaway.picture import Painter
from tests.store.archives.story import tell
from tests.store.scene import make_scene


def test_figure__names_what_people_typed_and_no_markup(store: Store) -> None:
    scene = make_scene(store)
    tell(scene)
    store.projects.rename(scene.project.project_id, "<b>Round & square</b>")
    text = draw_figure(store, see(store, scene.project.project_id), "svg").decode()
    assert "&lt;b&gt;Round &amp; square&lt;/b&gt;" in text
    assert "<b>" not in text


def test_figure__cuts_what_would_run_off_its_edge(store: Store) -> None:
    name = "a class whose name is of some fifty letters in all"
    scene = make_scene(store, (name, "dog"))
    scene.predicted(scene.submit("pretrain"), 0)
    store.projects.rename(scene.id, "W" * 80)
    text = draw_figure(store, see(store, scene.id), "svg").decode()
    said = [words for words in re.findall(r"<text [^>]*>([^<]*)</text>", text) if "…" in words]
    assert [words[:7] for words in said] == ["WWWWWWW", "a class", "a class"]
    painter = Painter((WIDTH, HEIGHT), read_inks("light"))
    assert painter.large.width(said[0]) < 0.6 * WIDTH
    assert painter.small.width(said[1]) <= 150 * painter.unit, "its row in the legend"
    assert painter.bold.width(said[2]) <= 190 * painter.unit, "amid its points"


def test_figure__of_many_points_holds_them_as_a_picture(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene(store)
    tell(scene)
    sight = see(store, scene.project.project_id)
    assert draw_figure(store, sight, "svg").count(b"<image") == 0
    monkeypatch.setattr(figure, "MOST_MARKS", 10)
    text = draw_figure(store, sight, "svg", "dark").decode()
    assert text.count("<image") == 1
    assert "<circle" not in text


def test_figure__png_has_its_size(store: Store) -> None:
    scene = make_scene(store)
    tell(scene)
    data = draw_figure(store, see(store, scene.project.project_id), "png")
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (WIDTH, HEIGHT)


def test_marks__of_a_class_whose_making_was_taken_back_since_wear_no_other_ones_colour() -> None:
    classes = [ClassInfo(0, "cat", 4), ClassInfo(2, "car", 3)]
    inks = read_inks("light")
    color = marks_of(np.array([0, 1, 2], np.int16), np.zeros(3, np.bool_), classes, inks).color
    assert color.tolist() == [list(inks.classes[slot]) for slot in (4, 1, 3)]
