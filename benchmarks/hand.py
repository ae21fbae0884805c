"""A person at the Map page: lassos, names, presses Update, and a stopwatch for what follows."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Page

WAIT_S: Final = 120.0
NO_MOTION_S: Final = 60.0
RESULT_JS: Final = """limit => Promise.race([
    firstMotion.result, new Promise((done) => setTimeout(() => done(null), limit))])"""
POINTS_JS: Final = """() => {
    const map = window.lodemap?.parts?.()?.map;
    return map?.places.of([0, 0, 0]) && map.currentPositions().some((value) => value !== 0);
}"""
"""Whether points are known and drawn: Plotly's frame may come after them."""
POSITIONS_JS: Final = "() => Array.from(window.lodemap.parts().map.currentPositions())"
ACKS_JS: Final = """() => performance.getEntriesByType('resource')
    .filter((entry) => entry.name.endsWith('/gestures') && entry.responseEnd > 0)
    .map((entry) => entry.responseEnd - entry.startTime)"""
SELECTION_JS: Final = "window.lodemap.parts().state.get().selection"


def wait_until(look: Callable[[], Any], what: str) -> None:
    """Look until the answer is true.

    Raises:
        TimeoutError: with `what` after WAIT_S.
    """
    deadline = time.monotonic() + WAIT_S
    while not look():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {WAIT_S:g} s: {what}")
        time.sleep(0.05)


@dataclass
class Hand:
    """Mouse and keyboard on the Map page of one project."""

    page: Page
    project_id: str

    def open(self, url: str) -> None:
        """Open the project, let the map take shape, and stop the pretraining."""
        self.page.goto(f"{url}/?project={self.project_id}")
        self.wait_for_points()
        self.page.evaluate(
            """() => fetch('/api/session', {method: 'POST', body: '{"name": "Ada"}',
                headers: {'content-type': 'application/json'}})"""
        )
        self.page.reload()
        self.wait_for_points()
        wait_until(lambda: self.runs() and self.runs()[-1]["last_epoch"] >= 2, "two epochs")
        self.stop()

    def wait_for_points(self) -> None:
        """Wait until the points are drawn."""
        self.page.wait_for_function(POINTS_JS, timeout=WAIT_S * 1000)

    def runs(self) -> list[Any]:
        """Return the project's runs, oldest first."""
        path = f"/api/projects/{self.project_id}/state"
        state = self.page.evaluate("path => fetch(path).then((answer) => answer.json())", path)
        return sorted(state["runs"], key=lambda run: run["number"])

    def stop(self) -> None:
        """Press Stop while a run is live, and wait until the points are at rest."""
        if self.page.locator("#stop").is_enabled():
            self.page.locator("#stop").click()
        ends = {"stopped", "finished"}
        wait_until(lambda: all(run["state"] in ends for run in self.runs()), "the run's end")
        last: list[list[float]] = [[]]

        def is_at_rest() -> bool:
            now = self.page.evaluate(POSITIONS_JS)
            last.append(now)
            return bool(last[-1] == last[-2])

        time.sleep(1.0)
        wait_until(is_at_rest, "points at rest")

    def lasso(self, x_share: float) -> None:
        """Draw an ellipse around a part of the map; `x_share` of its width is its middle."""
        self.page.locator("[data-tool=lasso]").click()
        box = self.page.locator("#map-graph").bounding_box()
        if box is None:
            raise RuntimeError("The map is not on the screen.")
        x, y = box["x"] + x_share * box["width"], box["y"] + box["height"] / 2
        turns = [math.tau * turn / 24 for turn in range(25)]
        path = [
            (x + 0.2 * box["width"] * math.cos(a), y + 0.4 * box["height"] * math.sin(a))
            for a in turns
        ]
        self.page.evaluate(f"() => {{ window.selectedBefore = {SELECTION_JS}; }}")
        self.page.mouse.move(*path[0])
        self.page.mouse.down()
        for place in path[1:]:
            self.page.mouse.move(*place)
        self.page.mouse.up()
        is_new = f"() => {SELECTION_JS} !== window.selectedBefore"
        wait_until(lambda: self.page.evaluate(is_new), "a selection")

    def name(self, key: str) -> None:
        """Press a key of the palette and wait for the durable answer."""
        before = len(self.page.evaluate(ACKS_JS))
        self.page.keyboard.press(key)
        wait_until(lambda: len(self.page.evaluate(ACKS_JS)) > before, "the answer to a gesture")

    def first_motion_s(self) -> float:
        """Press Update; return the seconds from the mouse's release to the first changed pixel."""
        seconds = first_motion_s(self.page, "lodemap", "#update")
        self.stop()
        return seconds

    def acks_ms(self, count: int) -> list[float]:
        """Name the selection again and again; return each answer's milliseconds."""
        self.page.evaluate("() => performance.clearResourceTimings()")
        for turn in range(count):
            self.name("12"[turn % 2])
        return list(self.page.evaluate(ACKS_JS))


def first_motion_s(page: Page, kind: str, button: str, patience_s: float = NO_MOTION_S) -> float:
    """Click a button; return the seconds from the mouse's release to the first changed pixel.

    Raises:
        TimeoutError: when nothing moved in time.
    """
    page.locator(button).hover()
    page.evaluate("kind => firstMotion.arm(kind)", kind)
    page.mouse.down()
    page.mouse.up()
    took_ms = page.evaluate(RESULT_JS, 1000 * patience_s)
    if took_ms is None:
        raise TimeoutError(f"No point moved within {patience_s:g} s of {button}.")
    return float(took_ms) / 1000
