"""A figure of the map in a real browser: files that open, made while the page stays alive."""

import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from tests.browser.bare_map import SPARSE, BareMap
from tests.patience import PATIENCE

EXPORT = """async ([count, kind]) => {
  const { exportFigure } = await import("/assets/mappage/figure.mjs");
  const places = new Float32Array(2 * count);
  const color = new Uint8Array(4 * count);
  for (let id = 0; id < count; id++) {
    places.set([20 + (id % 360), 20 + ((id * 13) % 260)], 2 * id);
    color.set([180, 48, 12, 255], 4 * id);
  }
  const grey = [95, 105, 115];
  const inks = { map: [252, 252, 251], ink: [20, 25, 29], ink3: grey, unnamed: grey };
  const theme = { ...inks, opacity: 1, faint: 0.86 };
  const view = {
    title: "Round <things> 圆", width: 400, height: 300, places, color, mark: new Uint8Array(count),
    diameter: 4, names: [{ text: "clock", x: 100, y: 100 }], theme,
    legend: [{ text: "clock", color: [180, 48, 12], shape: 0, count }],
  };
  let longest = 0, last = performance.now(), isOn = true;
  const look = (now) => {
    longest = Math.max(longest, now - last); last = now;
    if (isOn) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const file = await exportFigure(view, kind);
  isOn = false;
  return [[...new Uint8Array(await file.arrayBuffer())], file.type, longest];
}"""


def export(bare: BareMap, count: int, kind: str) -> tuple[bytes, str, float]:
    data, media_type, longest_ms = bare.page.evaluate(EXPORT, [count, kind])
    return bytes(data), media_type, longest_ms


@pytest.mark.parametrize("count", [pytest.param(300, marks=pytest.mark.wide), 30_000])
def test_png__is_the_figure_at_twice_its_size(opened: BareMap, count: int) -> None:
    data, media_type, _ = export(opened, count, "png")
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    assert media_type == "image/png"
    assert picture.size == (2 * (16 + 400 + 190 + 16), 2 * (40 + 300 + 16))
    pixels = np.asarray(picture, float)
    assert (pixels[4, 4] == (252, 252, 251)).all()
    x, y = 2 * (16 + 20), 2 * (40 + 20)
    assert np.abs(pixels[y, x] - (180, 48, 12)).max() < 12, "the first point is where it belongs"
    title = pixels[: 2 * 36, : 2 * 200].min(axis=2)
    assert (title < 100).sum() > 100, "there is a title"


def test_svg__is_xml_with_a_mark_for_each_point(opened: BareMap) -> None:
    data, media_type, _ = export(opened, 300, "svg")
    root = ElementTree.fromstring(data)
    circles = root.findall(".//{http://www.w3.org/2000/svg}circle")
    assert (media_type, len(circles)) == ("image/svg+xml", 301)
    assert root[0].text == "Round <things> 圆"


def test_svg__of_200_000_points_is_one_picture_and_does_not_freeze(opened: BareMap) -> None:
    data, _, longest_ms = export(opened, 200_000, "svg")
    root = ElementTree.fromstring(data)
    assert len(root.findall(".//{http://www.w3.org/2000/svg}image")) == 1
    assert len(data) < 2_000_000
    assert longest_ms < 1000 * PATIENCE


GATHER = """async () => {
  const { figureOf } = await import("/assets/mappage/figureview.mjs");
  const { readTheme } = await import("/assets/map/theme.mjs");
  const value = {
    colorMode: "class", latentDim: 2, classes: [{ name: "cat" }], dataset: { class_names: [] },
    hidden: new Set(), counts: new Map([[0, 5]]), slotOf: [0],
    classOf: new Int16Array(5), named: new Int16Array(5),
  };
  const box = document.querySelector(".map-canvas").getBoundingClientRect();
  const look = { color: new Uint8Array(20), mark: new Uint8Array(5) };
  const theme = readTheme(document.documentElement);
  const view = figureOf({ value, map, box, look, colors: [[1, 2, 3]], theme, title: "t" });
  return [[...view.places], box.left, box.top, view.names, view.legend, view.diameter];
}"""


def test_figure_of__has_the_points_where_the_map_has_them(opened: BareMap) -> None:
    opened.mount(SPARSE)
    places, left, top, names, legend, diameter = opened.page.evaluate(GATHER)
    found = np.array(places).reshape(-1, 2) + np.array([left, top])
    np.testing.assert_allclose(found, opened.places(SPARSE), atol=0.01)
    assert [name["text"] for name in names] == ["cat"]
    assert legend == [{"text": "cat", "color": [1, 2, 3], "shape": 0, "count": 5}]
    assert 1 < diameter < 15
