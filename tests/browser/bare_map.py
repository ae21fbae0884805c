"""The map engine alone on a bare page, and the sums to check it by."""

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page

from benchmarks.static_site import static_site

Places = NDArray[np.float64]
SPARSE: Places = np.array([[-2, -1], [-1, 1.5], [0.3, -0.7], [1.2, 0.8], [2, -1.4]])
"""Five points so far apart that each mark stands alone."""


def is_inside(places: Places, path: Sequence[tuple[float, float]]) -> NDArray[np.bool_]:
    """Even-odd membership, vectorised over the points: another way than the one under test."""
    x, y = places.T
    odd = np.zeros(len(places), bool)
    for (ax, ay), (bx, by) in zip(path, [*path[1:], path[0]], strict=True):
        crosses = (ay > y) != (by > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            odd ^= crosses & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return odd


def distance_to(places: Places, path: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Pixels from each place to the nearest edge of a closed path."""
    best = np.full(len(places), np.inf)
    for a, b in zip(map(np.array, path), map(np.array, [*path[1:], path[0]]), strict=True):
        along = np.clip((places - a) @ (b - a) / max(float((b - a) @ (b - a)), 1e-9), 0, 1)
        best = np.minimum(best, np.linalg.norm(places - a - along[:, None] * (b - a), axis=1))
    return best


def surely(places: Places, path: Sequence[tuple[float, float]]) -> tuple[set[int], set[int]]:
    """Ids surely inside, and ids too near to the drawn line to tell: it is thinned to 1.5 px."""
    near = distance_to(places, path) < 2
    return set(np.flatnonzero(is_inside(places, path) & ~near)), set(np.flatnonzero(near))


class BareMap:
    """Drives the page as a person would, and reads what came out."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        page.goto(f"{base}/tests/browser/map_layer.html")
        page.wait_for_function("window.lab !== undefined")

    def mount(self, positions: Places, color: Sequence[int] = (180, 48, 12, 255)) -> None:
        """Show points on a new map, all in one colour, and wait until they are drawn and fitted."""
        self.page.mouse.move(1200, 700)
        self.page.evaluate("async () => { window.map?.destroy(); window.map = await lab.mount(); }")
        self.show(positions, color)

    def show(self, positions: Places, color: Sequence[int] = (180, 48, 12, 255)) -> None:
        count = len(positions)
        self.page.evaluate(
            """([n, flat, color]) => {
                map.setPoints(n, flat.length / n);
                map.setLook(lab.repeat(color, n), new Uint8Array(n));
                map.cut(Float32Array.from(flat));
            }""",
            [count, positions.ravel().tolist(), list(color)],
        )
        self.settle()

    def settle(self) -> None:
        """Wait until nothing changes: Plotly ends a wheel zoom a moment after the last turn."""
        self.page.evaluate(
            """async () => {
                for (let calm = 0, last = ''; calm < 12;) {
                    await lab.frame();
                    const isBusy = lab.graph._fullLayout._replotting;
                    const now = JSON.stringify([lab.range(), map.stats().frames, isBusy]);
                    calm = now === last ? calm + 1 : 0;
                    last = now;
                }
            }"""
        )

    def call(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    def log(self, name: str) -> list[Any]:
        found: list[Any] = json.loads(
            self.page.evaluate("name => JSON.stringify(lab.log[name])", name)
        )
        return found

    def places(self, positions: Places) -> Places:
        """Client pixels of the points by Plotly's own scale, which the map does not use."""
        found = self.page.evaluate(
            """flat => {
                const {xaxis, yaxis} = lab.graph._fullLayout;
                const {left, top} = lab.graph.getBoundingClientRect();
                const pixel = (axis, value) => axis._offset + axis.d2p(value);
                return flat.map(([x, y]) => [left + pixel(xaxis, x), top + pixel(yaxis, y)]);
            }""",
            positions.tolist(),
        )
        return np.array(found)

    def project(self, positions: Places) -> Places:
        """Client pixels of the points by the map's own sums; NaN behind the eye."""
        script = """flat => flat.map(place => map.places.of(place) ?? {x: NaN, y: NaN})
            .map(({x, y}) => [x, y])"""
        return np.array(self.page.evaluate(script, positions.tolist()))

    def depths(self, positions: Places) -> NDArray[np.float64]:
        """How far behind the middle of the view each point is."""
        script = "flat => flat.map(place => map.places.project(place).depth)"
        return np.array(self.page.evaluate(script, positions.tolist()))

    def corners(self) -> tuple[Places, Places]:
        """Client pixels of the plotting rectangle: top left and bottom right."""
        box = self.page.locator(".nsewdrag").bounding_box()
        assert box is not None
        low = np.array([box["x"], box["y"]])
        return low, low + np.array([box["width"], box["height"]])

    def tool(self, name: str) -> None:
        self.call(
            "async name => { map.setTool(name); await lab.frame(); await lab.frame(); }", name
        )

    def draw(self, path: Sequence[tuple[float, float]], *keys: str) -> None:
        """Drag along a path with the left button, keys held, and wait for what it selected."""
        mouse, before = self.page.mouse, len(self.log("selections"))
        for key in keys:
            self.page.keyboard.down(key)
        mouse.move(*path[0])
        mouse.down()
        for x, y in path[1:]:
            mouse.move(x, y, steps=8)
        mouse.up()
        for key in keys:
            self.page.keyboard.up(key)
        self.page.wait_for_function("n => lab.log.selections.length > n", arg=before)

    def colors(self, x: float, y: float, reach: int = 8) -> NDArray[np.float64]:
        """Pixels on the screen around a place, (side, side, 3)."""
        side = 2 * reach + 1
        corner = {"x": round(x - 0.5) - reach, "y": round(y - 0.5) - reach}
        shot = self.page.screenshot(clip={**corner, "width": side, "height": side})  # type: ignore[arg-type]
        return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), float)

    def center_of_mark(self, x: float, y: float, reach: int = 8) -> tuple[float, float]:
        """Client pixels of the centre of gravity of whatever differs from the background there."""
        weight = np.abs(self.colors(x, y, reach) - (252, 252, 251)).sum(axis=2)
        weight[weight < 12] = 0
        rows, columns = np.indices(weight.shape) + 0.5
        left, top = round(x - 0.5) - reach, round(y - 0.5) - reach
        total = max(weight.sum(), 1e-9)
        return left + (columns * weight).sum() / total, top + (rows * weight).sum() / total


def assert_aligned(bare: BareMap, positions: Places) -> None:
    """Check that every point whose mark is whole lies within a pixel of Plotly's place for it."""
    places = bare.places(positions)
    low, high = bare.corners()
    whole = places[((places > low + 8) & (places < high - 8)).all(axis=1)]
    assert len(whole) >= 3
    for x, y in whole:
        drawn_x, drawn_y = bare.center_of_mark(x, y)
        assert abs(drawn_x - x) < 1
        assert abs(drawn_y - y) < 1


@contextmanager
def bare_map(browser: Browser) -> Iterator[BareMap]:
    """One page for the tests of a module: parsing plotly.js is most of what a page costs.

    Raises:
        AssertionError: at the end, when the page complained about anything.
    """
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" or "WebGL contexts" in message.text:
            complaints.append(message.text)

    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with static_site() as base:
        yield BareMap(page, base)
        page.close()
    assert complaints == [], complaints
