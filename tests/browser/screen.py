"""The Map page as a person meets it: what they see, and what hands do with mouse and keyboard.

Positions are read from the page (`window.lodemap`); nothing is changed through it.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from playwright.sync_api import Locator, Page, expect

from benchmarks.hand import POINTS_JS
from tests.patience import PATIENCE

LOOP_S = 20.0
expect.set_options(timeout=5000 * PATIENCE)
PIXELS_JS = """ids => {
    const plot = document.querySelector('#map-graph .js-plotly-plot') ?? document.querySelector('#map-graph');
    const { xaxis, yaxis } = plot._fullLayout;
    const box = plot.getBoundingClientRect();
    const { map, state } = window.lodemap.parts();
    const at = map.currentPositions();
    if (state.get().shown.latentDim === 3) return ids.map((id) => {
        const { x, y } = map.places.of(at.subarray(3 * id, 3 * id + 3));
        return [x, y];
    });
    return ids.map((id) => [box.left + xaxis._offset + xaxis.l2p(at[2 * id]),
                            box.top + yaxis._offset + yaxis.l2p(at[2 * id + 1])]);
}"""  # noqa: E501
FREE_JS = """path => path.findIndex(
    ([x, y]) => document.elementFromPoint(x, y)?.matches(".nsewdrag, .map-glass"))"""
"""Where people begin: not on what floats above the map."""
SELECTION_JS = "window.lodemap.parts().state.get().selection"
Point = tuple[float, float]
T = TypeVar("T")
Held = Literal["Shift", "Alt"] | None
REST_JS = """async (page) => {
    const map = () => window[page].parts().map ?? window[page].parts().stage.main;
    const at = () => Array.from(map().currentPositions());
    const seen = () => [at(), map().places.of([0, 0, 0]), map().places.of([1, 1, 1])];
    let [calm, frames, last] = [0, 0, ""];
    for (; calm < 12; await new Promise(requestAnimationFrame)) {
        if (++frames > 6000) throw new Error("points that do not come to rest");
        const now = JSON.stringify(seen());
        [calm, last] = [now === last ? calm + 1 : 0, now];
    }
    return at();
}"""
"""The points have arrived, and the view of them: whatever floats in makes it give way."""


def wait_until(look: Callable[[], T], what: str, within_s: float = LOOP_S) -> T:
    """Look again and again until the answer is true; fail with `what` when it never is."""
    deadline = time.monotonic() + within_s * PATIENCE
    while not (answer := look()):
        assert time.monotonic() < deadline, f"not within {within_s:g} s: {what}"
        time.sleep(0.03)
    return answer


@dataclass
class Screen:
    """The Map page and the hands on it."""

    page: Page
    url: str
    project_id: str = ""

    def open(self, project_id: str = "") -> None:
        """Open a project, else its own, else the app's first; wait until points are drawn."""
        self.project_id = project_id or self.project_id
        query = f"/?project={self.project_id}" if self.project_id else ""
        self.page.goto(f"{self.url}{query}")
        self.wait_for_points()
        self.project_id = self.project_id or self.get("/api/projects")[0]["project_id"]

    def wait_for_points(self) -> None:
        """Wait until the points are known and drawn: Plotly's frame may come after them."""
        self.page.wait_for_function(POINTS_JS, timeout=LOOP_S * 1000 * PATIENCE)

    def get(self, path: str) -> Any:
        """Ask the app as the page would."""
        return self.page.evaluate("path => fetch(path).then((answer) => answer.json())", path)

    def state(self) -> Any:
        return self.get(f"/api/projects/{self.project_id}/state")

    def runs(self) -> list[Any]:
        return sorted(self.state()["runs"], key=lambda run: run["number"])

    def wait_for_run(self, number: int, *states: str, within_s: float = LOOP_S) -> Any:
        """Wait until a run is in one of the states."""

        def look() -> Any:
            return next(
                (r for r in self.runs() if r["number"] == number and r["state"] in states), None
            )

        return wait_until(look, f"run {number} {' or '.join(states)}", within_s)

    def settle(self) -> None:
        """Stop the pretraining once the map has a shape, so that the points hold still."""
        wait_until(lambda: self.runs() and self.runs()[0]["last_epoch"] >= 2, "two epochs", 30)
        if (run := self.runs()[0])["state"] != "finished":
            self.stop(run)
        self.wait_for_run(0, "stopped", "finished")
        self.wait_for_rest()

    def stop(self, run: Any) -> None:
        """Stop a run, past the page; one that ends by itself meanwhile has ended as well."""
        answer = self.page.request.post(f"{self.url}/api/runs/{run['run_id']}/stop", data={})
        assert answer.status in (200, 409), answer.text()

    def wait_for_rest(self) -> None:
        """Wait until the points have arrived, and the view of them too."""
        self.page.evaluate(REST_JS, "lodemap")

    def positions(self) -> list[float]:
        return list(
            self.page.evaluate("() => Array.from(window.lodemap.parts().map.currentPositions())")
        )

    def labels(self) -> list[int]:
        """The data set's own label of each sample."""
        dataset_id = self.state()["project"]["dataset_id"]
        return list(
            self.page.evaluate(
                """async ([path, n]) => Array.from(new Int16Array(
                    await (await fetch(path)).arrayBuffer(), 0, n))""",
                [f"/api/datasets/{dataset_id}/samples", self.state()["project"]["num_samples"]],
            )
        )

    def pixels(self, ids: list[int]) -> list[Point]:
        """Where the points of some samples are on the screen."""
        return [(x, y) for x, y in self.page.evaluate(PIXELS_JS, ids)]

    def middle_of(self, label: int) -> Point:
        """The pixel at the median of one digit's points."""
        places = self.pixels([i for i, value in enumerate(self.labels()) if value == label])
        xs, ys = sorted(x for x, _ in places), sorted(y for _, y in places)
        return xs[len(xs) // 2], ys[len(ys) // 2]

    def use(self, tool: Literal["pan", "lasso", "box", "move"]) -> None:
        self.page.locator(f"[data-tool={tool}]").click()

    def lasso(self, middle: Point, radius: float = 60, held: Held = None) -> int:
        """Draw a circle with the mouse; return how many samples are selected afterwards."""
        self.use("lasso")
        mouse = self.page.mouse
        if held:
            self.page.keyboard.down(held)
        around = [math.tau * turn / 24 for turn in range(24)]
        path = [
            (middle[0] + radius * math.cos(a), middle[1] + radius * math.sin(a)) for a in around
        ]
        first = self.page.evaluate(FREE_JS, path)
        assert first >= 0, "no part of the lasso is on the free map"
        path = [*path[first:], *path[: first + 1]]
        self.page.evaluate(f"() => {{ window.selectedBefore = {SELECTION_JS}; }}")
        mouse.move(*path[0])
        mouse.down()
        for place in path[1:]:
            mouse.move(*place)
        mouse.up()
        if held:
            self.page.keyboard.up(held)
        self.page.wait_for_function(f"() => window.selectedBefore !== {SELECTION_JS}")
        return self.selected()

    def selected(self) -> int:
        """How many samples the selection bar speaks of, 0 when it is not there."""
        bar = self.page.locator("#selection-bar")
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        if not bar.is_visible():
            return 0
        digits = "".join(c for c in (bar.text_content() or "").split("selected")[0] if c.isdigit())
        return int(digits)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def name_new(self, class_name: str) -> None:
        """Name the selection with a class that does not exist yet."""
        self.press("n")
        self.answer("Name", class_name)

    def take_up_moving(self) -> None:
        """Open the map as somebody who was asked for a name before, and take the Move tool."""
        self.open()
        self.page.evaluate("sessionStorage.setItem('lodemap.name-asked', '1')")
        self.page.reload()
        self.wait_for_points()
        self.wait_for_rest()
        self.use("move")

    def introduce(self, name: str = "Ada") -> None:
        """Answer the question for a display name when it is asked."""
        card = self.page.locator("#name-card")
        card.get_by_label("Display name", exact=True).fill(name)
        self.press("Enter")
        expect(card).to_have_count(0)

    def answer(self, field: str, text: str) -> None:
        """Type into the open dialog and send it."""
        dialog = self.page.locator("dialog[open]")
        dialog.get_by_label(field, exact=True).fill(text)
        self.press("Enter")
        expect(dialog.get_by_label(field, exact=True)).to_have_count(0)

    def wait_for_named(self, count: int) -> None:
        """Wait until the journal holds so many annotations and the palette says so."""
        wait_until(lambda: self.state()["num_named"] == count, f"{count} named")
        total = self.state()["project"]["num_samples"]
        expect(self.page.locator("#palette-named")).to_have_text(f"{count:,} of {total:,} named")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def wait_for_motion(self, before: list[float], within_s: float = LOOP_S) -> None:
        """Wait until a point is elsewhere on the screen."""
        wait_until(lambda: self.positions() != before, "points moved", within_s)

    def teach_two(self, *, is_known: bool = False) -> int:
        """Name two clusters as a newcomer does; who `is_known` is not asked for a display name."""
        first = self.lasso(self.middle_of(1))
        assert first > 5, "the lasso caught nothing"
        self.press("1")
        if not is_known:
            self.introduce()
        self.wait_for_named(first)
        self.lasso(self.middle_of(2))
        self.press("2")
        named: int = wait_until(lambda: more_than(self.state()["num_named"], first), "two names")
        self.wait_for_named(named)
        return named


def more_than(count: int, least: int) -> int:
    """The count when it is above `least`, else 0."""
    return count if count > least > 5 else 0
