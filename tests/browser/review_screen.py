"""The Review page as a person meets it. Places are read from the page; nothing is changed there."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.screen import LOOP_S, REST_JS
from tests.patience import PATIENCE

SHOWN_JS = """() => {
    const state = window.lodemapReview?.parts()?.state.get();
    return Boolean(state?.shown && state.view && state.classOf) && document.querySelector('#map-cover').hidden;
}"""  # noqa: E501
PLACE_JS = """id => {
    const { stage, state } = window.lodemapReview.parts();
    const at = stage.main.currentPositions();
    const { latentDim } = state.get();
    const { x, y } = stage.main.places.of(at.subarray(id * latentDim, (id + 1) * latentDim));
    return [x, y];
}"""


@dataclass
class ReviewScreen:
    """The page and the hands on it."""

    page: Page
    url: str
    project_id: str

    def open(self, query: str = "") -> None:
        self.page.goto(f"{self.url}/review?project={self.project_id}{query}")
        self.wait_until_shown()

    def wait_until_shown(self) -> None:
        self.page.wait_for_function(SHOWN_JS, timeout=LOOP_S * 1000 * PATIENCE)

    def step(self, title: str) -> Locator:
        """The step whose title begins so."""
        return self.page.locator(".step-node", has=self.page.get_by_text(title)).first

    def look_at(self, title: str) -> None:
        self.step(title).click()
        expect(self.page.locator("#step-title")).to_have_text(title)

    def expect_here(self, title: str) -> None:
        """Wait until the project is at a step."""
        expect(self.step(title).locator(".chip")).to_have_text("here", timeout=10_000 * PATIENCE)

    def positions(self) -> list[float]:
        return list(
            self.page.evaluate(
                "() => Array.from(window.lodemapReview.parts().stage.main.currentPositions())"
            )
        )

    def wait_for_rest(self) -> list[float]:
        """Wait until the points have arrived; return where."""
        return list(self.page.evaluate(REST_JS, "lodemapReview"))

    def click_sample(self, sample: int) -> None:
        """Click a sample's point on the map."""
        self.wait_for_rest()
        x, y = self.page.evaluate(PLACE_JS, sample)
        self.page.mouse.click(x, y)

    def lasso_around(self, sample: int, radius: float = 40) -> None:
        """Draw a square around a sample's point with the lasso."""
        self.page.locator("#review-tools [data-tool=lasso]").click()
        x, y = self.page.evaluate(PLACE_JS, sample)
        corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
        self.page.mouse.move(x - radius, y - radius)
        self.page.mouse.down()
        for right, down in corners[1:]:
            self.page.mouse.move(x + right * radius, y + down * radius, steps=4)
        self.page.mouse.up()

    def tab(self, name: str) -> None:
        self.page.locator(f"[data-tab={name}]").click()

    def introduce(self, name: str) -> None:
        """Answer the question for a display name."""
        field = self.page.locator("#name-card").get_by_label("Display name", exact=True)
        expect(field).to_be_focused()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Enter")
        expect(field).to_have_count(0)

    def lines(self) -> Locator:
        return self.page.locator(".log-line")

    def get(self, path: str) -> Any:
        """Ask the app as the page would."""
        return self.page.evaluate("path => fetch(path).then((answer) => answer.json())", path)

    def state(self) -> Any:
        return self.get(f"/api/projects/{self.project_id}/state")
