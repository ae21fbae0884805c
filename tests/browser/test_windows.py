"""Edit beside Result: what people work on holds still while the network's map moves."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen, wait_until

WIDE = {"width": 1600, "height": 900}
POSITIONS_JS = "name => Array.from(window.lodemap.parts().map[name].currentPositions())"
RANGE_JS = """name => {
    const { xaxis } = document.querySelector(`#${name} .js-plotly-plot`)._fullLayout;
    return Array.from(xaxis.range);
}"""

ASIDE_JS = """() => {
    const { map } = window.lodemap.parts();
    const { x, y } = map.side.places.of(Array.from(map.side.currentPositions().slice(0, 2)));
    return [x, y];
}"""
DRAWN_ON_JS = """() => {
    const { selection, shown, picture } = window.lodemap.parts().state.get();
    const [at, result, edit] = [selection.snapshot, shown, picture].map((at) => at.runId + at.n);
    return [at === result, at === edit];
}"""

AT_END_JS = """() => {
    const { map, state } = window.lodemap.parts();
    const { shown, server } = state.get();
    const run = server.runs.at(-1);
    if (shown.runId !== run.run_id || shown.epoch !== run.last_epoch) return false;
    return map.side.currentPositions().every((at, i) => at === shown.embedding[i]);
}"""
PINS_JS = """() => {
    const { ids, places } = window.lodemap.parts().state.get().pins;
    return [Array.from(ids), Array.from(places)];
}"""


@pytest.fixture
def wide(screen: Screen) -> Screen:
    screen.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    screen.open()
    screen.teach_two()
    screen.press("Escape")
    return screen


def positions(page: Page, name: str) -> list[float]:
    return list(page.evaluate(POSITIONS_JS, name))


def test_windows__edit_holds_still_while_result_learns(wide: Screen, page: Page) -> None:
    expect(page.locator("#result-pane")).to_be_hidden()
    before = positions(page, "main")
    wide.press("Enter")
    expect(page.locator("#result-pane")).to_be_visible()
    wait_until(lambda: positions(page, "side") != before, "the result moves")
    if wide.state()["runs"][-1]["state"] == "running":
        assert positions(page, "main") == before
    wide.wait_for_run(1, "finished")
    newest = page.locator("#map-newest")
    expect(newest).to_be_visible()
    expect(page.locator("#map-waiting")).to_have_text("before run 1")
    assert positions(page, "main") == before, "before and after can be compared"
    newest.click()
    wait_until(lambda: positions(page, "main") == positions(page, "side"), "both on the newest")
    assert positions(page, "main") != before
    expect(newest).to_be_hidden()


def test_windows__keys_take_hold_of_the_newest_map_alone(wide: Screen, page: Page) -> None:
    assert wide.lasso(wide.middle_of(1), 30) > 0
    wide.use("move")  # before the Update: to take the tool up afterwards shows the newest
    wide.press("Enter")
    wide.wait_for_run(1, "finished")
    expect(page.locator("#map-newest")).to_be_visible()
    wait_until(lambda: page.evaluate(AT_END_JS), "Result has arrived")
    wide.press("ArrowRight")
    expect(page.get_by_text("Take hold again")).to_be_visible()
    expect(page.locator("#verdict")).to_be_hidden()
    wide.press("ArrowRight")
    wide.press("Enter")
    wait_until(lambda: wide.state()["num_pins"] > 0, "pins")
    ids, places = page.evaluate(PINS_JS)
    newest = np.array(positions(page, "side")).reshape(-1, 2)[ids]
    ways = np.array(places).reshape(-1, 2) - newest
    assert ways[0, 0] > 0, "a step to the right of where the newest map has them"
    assert ways == pytest.approx(np.tile([ways[0, 0], 0], (len(ids), 1)), abs=1e-4)


def test_windows__what_is_outlined_in_result_stays_there(wide: Screen, page: Page) -> None:
    wide.press("Enter")
    wide.wait_for_run(1, "finished")
    expect(page.locator("#map-newest")).to_be_visible()
    wait_until(lambda: page.evaluate(AT_END_JS), "Result has arrived")
    wide.wait_for_rest()
    x, y = page.evaluate(ASIDE_JS)
    assert wide.lasso((x, y), 30) > 0
    assert page.evaluate(DRAWN_ON_JS) == [True, False], "of Result's map, not of Edit's"
    bar = page.locator("#selection-bar").bounding_box()
    pane = page.locator("#result-pane").bounding_box()
    assert bar is not None
    assert pane is not None
    assert pane["x"] < bar["x"] + bar["width"] / 2 < pane["x"] + pane["width"]


def test_windows__a_name_given_in_edit_is_told_of_the_map_before_the_update(wide: Screen) -> None:
    wide.press("Enter")
    wide.wait_for_run(1, "finished")
    expect(wide.page.locator("#map-waiting")).to_have_text("before run 1")
    wide.wait_for_rest()
    assert wide.lasso(wide.middle_of(1), 30) > 0
    before = wide.state()["seq"]
    wide.press("2")
    wait_until(lambda: wide.state()["seq"] > before, "the name")
    line = wide.get(f"/api/projects/{wide.project_id}/log")["lines"][0]
    assert (line["verb"], line["run"], line["is_end"]) == ("annotate", 0, True)


@pytest.mark.wide
def test_windows__zoom_and_selection_are_linked(wide: Screen, page: Page) -> None:
    wide.press("Enter")
    wide.wait_for_run(1, "finished")
    expect(page.locator("#result-pane")).to_be_visible()
    expect(page.locator("#map-newest")).to_be_visible()
    for source, other in (("main-pane", "result-pane"), ("result-pane", "main-pane")):
        box = page.locator(f"#{source}").bounding_box()
        assert box is not None
        known = page.evaluate(RANGE_JS, other)
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.wheel(0, -200)
        wait_until(lambda: page.evaluate(RANGE_JS, other) != known, "the other follows")  # noqa: B023
        wait_until(
            lambda: page.evaluate(RANGE_JS, other) == page.evaluate(RANGE_JS, source),  # noqa: B023
            "the same view",
        )


@pytest.mark.wide
def test_windows__one_or_two_is_remembered(wide: Screen, page: Page) -> None:
    wide.press("Enter")
    wide.wait_for_run(1, "finished")
    page.locator("[data-windows=one]").click()
    expect(page.locator("#result-pane")).to_be_hidden()
    page.reload()
    wide.wait_for_points()
    expect(page.locator("#result-pane")).to_be_hidden()
    page.locator("[data-windows=both]").click()
    expect(page.locator("#result-pane")).to_be_visible()


@pytest.mark.wide
def test_windows__a_narrow_screen_has_two_tabs(wide: Screen, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    wide.wait_for_rest()
    before = positions(page, "main")
    wide.press("Enter")
    expect(page.locator("[data-pane=result]")).to_have_attribute("aria-pressed", "true")
    wide.wait_for_run(1, "finished")
    expect(page.locator("#result-pane")).to_be_hidden()
    wide.wait_for_rest()
    after = positions(page, "main")
    page.keyboard.down("e")
    wait_until(lambda: positions(page, "main") == before, "the map before the Update")
    page.keyboard.up("e")
    wait_until(lambda: positions(page, "main") == after, "the newest map")
    page.reload()
    wide.wait_for_points()
    expect(page.locator("[data-pane=edit]")).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: positions(page, "main") == after, "the newest, with nothing held")


@pytest.mark.wide
def test_windows__opened_while_an_update_learns(wide: Screen, page: Page) -> None:
    before = positions(page, "main")
    wide.press("Enter")
    wait_until(lambda: wide.state()["runs"][-1]["last_epoch"] >= 1, "an epoch")
    page.reload()
    wide.wait_for_points()

    def is_as_before() -> bool:
        """Edit shows what was before the Update, as long as that learns."""
        is_over = wide.state()["runs"][-1]["state"] != "running"
        shown = positions(page, "main")
        return is_over or max(abs(a - b) for a, b in zip(shown, before, strict=True)) < 1e-3

    wait_until(is_as_before, "the map before the Update")
    wide.wait_for_run(1, "finished")
    page.reload()
    wide.wait_for_points()
    wait_until(lambda: positions(page, "main") == positions(page, "side"), "both on the newest")
