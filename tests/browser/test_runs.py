"""The Runs page with a real mouse and keyboard: the table, curves, confusion and the bench."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import both_modes
from tests.browser.runs_screen import RunsScreen
from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp


@pytest.fixture
def runs(page: Page, shared_app: SharedApp, request: pytest.FixtureRequest) -> RunsScreen:
    project_id = shared_app.new_project(request.node.name)
    return RunsScreen(page, shared_app.url, project_id)


@both_modes
@pytest.mark.timeout(400)
def test_runs__from_the_table_to_the_map(runs: RunsScreen, page: Page) -> None:
    """One journey: the table, its filter, curves, a cell of the confusion taken to the map."""
    runs.open()
    runs.see("number", "pretraining")
    expect(page.locator("#confusion-table")).to_contain_text("Nothing is predicted yet")
    runs.name(3, "a")
    runs.update("u1")
    # it is seen to learn, without a reload
    runs.see("number", "1", "pretraining")
    runs.wait_for_end(1)
    runs.see("state", "done", "done")
    runs.see("learned", "30 names", "the samples alone")
    runs.teach(12, 2)
    runs.see("number", "2", "1", "pretraining")
    expect(page.locator("#runs-count")).to_have_text("2 chosen")
    wait_until(lambda: curves_of(page, "run 2"), "curves of run 2")

    filter_by_words(runs, page)
    choose_by_keyboard(page)
    choose_across_a_filter(page)
    for choice in ("Macro-F1", "Loss terms"):
        page.get_by_role("radio", name=choice).click()
    expect(page.locator(".term").first).to_be_visible()
    take_a_cell_to_the_map(runs, page)


def filter_by_words(runs: RunsScreen, page: Page) -> None:
    """Those runs are left that the words tell of."""
    page.locator("#runs-find").fill("30 names")
    runs.see("number", "1")
    page.locator("#runs-find").fill("no such run")
    runs.see("number")
    page.locator("#runs-find").fill("")
    runs.see("number", "2", "1", "pretraining")


def choose_by_keyboard(page: Page) -> None:
    """A click on a row chooses it alone, Space adds another."""
    page.locator('.ag-row[row-index="1"] [col-id="learned"]').click()
    expect(page.locator("#runs-count")).to_have_text("1 chosen")
    expect(page.locator("#confusion-run")).to_have_text("run 1")
    expect(page.locator('.ag-row[row-index="1"] .ag-cell-focus')).to_have_count(1)
    page.keyboard.press("ArrowUp")
    expect(page.locator('.ag-row[row-index="0"] .ag-cell-focus')).to_have_count(1)
    page.keyboard.press("Space")
    expect(page.locator("#runs-count")).to_have_text("2 chosen")
    expect(page.locator("#runs-compare")).to_have_text("Compare 1 and 2")
    expect(page.locator("#confusion-run")).to_have_text("run 2")


def choose_across_a_filter(page: Page) -> None:
    """What is ticked under a filter is chosen beside what the filter hides."""
    page.locator('.ag-row[row-index="2"] [col-id="learned"]').click()
    expect(page.locator("#runs-count")).to_have_text("1 chosen")
    page.locator("#runs-find").fill("30 names")
    page.locator('.ag-row[row-index="0"] .ag-checkbox-input').click()
    expect(page.locator("#runs-compare")).to_have_text("Compare pretraining and 1")
    page.locator('.ag-row[row-index="0"] .ag-checkbox-input').click()
    expect(page.locator("#runs-count")).to_have_text("1 chosen")
    page.locator('.ag-row[row-index="0"] [col-id="learned"]').click(modifiers=["Control"])
    expect(page.locator("#runs-compare")).to_have_text("Compare pretraining and 1")
    page.locator("#runs-find").fill("")
    page.locator('.ag-row[row-index="0"] [col-id="learned"]').click()
    expect(page.locator("#confusion-run")).to_have_text("run 2")


def take_a_cell_to_the_map(runs: RunsScreen, page: Page) -> None:
    """A wrong cell of the confusion, found by keyboard, is a selection there."""
    cell = page.locator(".confusion-grid .wrong[aria-disabled=false]").first
    words = cell.get_attribute("aria-label") or ""
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#confusion-cell")).to_have_text(f"{words}Select on the map")
    page.get_by_role("button", name="Select on the map").click()
    page.wait_for_url("**/?project=*")
    screen = Screen(page, runs.url, runs.project_id)
    screen.wait_for_points()
    wait_until(lambda: screen.selected() == int(words.split()[0]), f"selected: {words}")


def curves_of(page: Page, words: str) -> str:
    drawn = page.locator("#curves-plot svg")
    label = drawn.get_attribute("aria-label") if drawn.count() else ""
    return label if label and words in label else ""


@pytest.mark.wide
@pytest.mark.timeout(400)
def test_bench__two_snapshots_are_linked(runs: RunsScreen, page: Page) -> None:
    runs.open()
    runs.teach(2, 1)
    runs.teach(12, 2)
    expect(page.locator("#bench-after-run option:checked")).to_have_text("run 2")
    expect(page.locator("#bench-before-run option:checked")).to_have_text("run 1")
    verdict = page.locator("#bench-verdict")
    expect(verdict).to_contain_text("95 % interval")
    expect(page.locator(".bench-changes li")).to_have_count(10)
    choose_two_moments(page)

    # a flip is one sample, selected in both
    page.locator(".bench-list button").first.click()
    bar = page.locator("#bench-selection")
    expect(bar).to_contain_text("1 sample selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()

    lasso_in_one(page)
    expect(bar).to_contain_text("samples selected")
    look_closer_in_one(page)
    for name in ("Drift lines", "Flips"):
        switch = page.get_by_role("switch", name=name)
        switch.focus()
        page.keyboard.press("Space")
        expect(switch).to_have_attribute("aria-checked", "false")
    expect(page.locator(".ring")).to_have_count(0)


@pytest.mark.wide
def test_bench__its_head_is_whole_in_every_window(runs: RunsScreen, page: Page) -> None:
    runs.open()
    page.add_style_tag(content="#bench select.form-select { width: 130px; }")  # names at their most

    def ends(selector: str) -> tuple[float, float]:
        box = page.locator(selector).bounding_box()
        assert box is not None
        return box["x"] + box["width"], box["y"] + box["height"]

    for width in (920, 1060, 1500, 1800):
        page.set_viewport_size({"width": width, "height": 900})
        (right, bottom), (last, _), (_, low) = map(ends, ("#bench", "#bench-fit", ".bench-side"))
        assert last <= right, width
        assert low <= bottom, width


def choose_two_moments(page: Page) -> None:
    """Any two snapshots can be compared."""
    page.locator("#bench-before-run").select_option(label="run 2")
    page.locator("#bench-before-epoch").select_option(label="epoch 1")
    expect(page.locator("#bench-before-epoch option:checked")).to_have_text("epoch 1")
    page.locator("#bench-before-run").select_option(label="run 1")
    expect(page.locator("#bench-before-epoch option:checked")).to_have_text("epoch 3")
    expect(page.locator(".bench-list li").first).to_be_visible()


def lasso_in_one(page: Page) -> None:
    """Around nearly all of the first map."""
    page.locator("#bench-lasso").click()
    box = page.locator("#bench-pane-before").bounding_box()
    assert box is not None
    corners = [(0.05, 0.15), (0.95, 0.15), (0.95, 0.95), (0.05, 0.95), (0.05, 0.15)]
    path = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*path[0])
    page.mouse.down()
    for place in path[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def look_closer_in_one(page: Page) -> None:
    """The other map sees what this one does."""
    page.locator("#bench-lasso").click()
    box = page.locator("#bench-pane-before").bounding_box()
    assert box is not None
    before = ranges(page)
    page.mouse.move(box["x"] + 120, box["y"] + 200)
    page.mouse.wheel(0, 40)
    wait_until(lambda: page.locator("#bench-pane-before").bounding_box() != box, "the page scrolls")
    assert ranges(page)[0] == before[0]
    page.keyboard.down("Control")
    page.mouse.wheel(0, -240)
    page.keyboard.up("Control")
    wait_until(lambda: ranges(page)[0] != before[0] and alike(ranges(page)), "both maps zoomed")


def ranges(page: Page) -> list[list[float]]:
    """What the horizontal axes of both maps span."""
    return page.evaluate(  # type: ignore[no-any-return]
        """() => ["before", "after"].map((side) => [...document.querySelector(
            `#bench-graph-${side} .js-plotly-plot`)._fullLayout.xaxis.range])"""
    )


def alike(found: list[list[float]]) -> bool:
    return all(abs(a - b) < 0.01 for a, b in zip(*found, strict=True))
