"""A stranger's first minute, in both worker modes: see, lasso, name, Update, watch, Stop, undo."""

from playwright.sync_api import Page, expect

from ml.knobs import defaults_of
from ml.records import PRESETS
from tests.browser.conftest import both_modes
from tests.browser.screen import Screen, wait_until

FIRST_MOTION_S = 5.0


@both_modes
def test_map__forms_before_the_eyes(first_screen: Screen, page: Page) -> None:
    """The points move by themselves soon after the page is open, and the map ends up spread."""
    screen = first_screen
    screen.open()
    start = screen.positions()
    screen.wait_for_motion(start, within_s=FIRST_MOTION_S)
    expect(page.locator("#run-title")).to_have_text("Pretraining")
    here = screen.positions()
    wait_until(lambda: screen.runs()[0]["last_epoch"] >= 3, "three epochs", 30)
    screen.wait_for_motion(here)
    expect(page.locator("#run-epoch")).to_contain_text("of")
    expect(page.locator("#hints")).to_be_visible()


@both_modes
def test_first_loop__from_the_hand_to_the_map_and_back(screen: Screen, page: Page) -> None:
    screen.open()
    named = screen.teach_two()
    expect(page.locator(".notice-toast").first).to_contain_text("named 2")
    teach_and_watch(screen, page)
    stop_keeps_what_was_reached(screen, page)
    take_back(screen, named)


def teach_and_watch(screen: Screen, page: Page) -> None:
    """Update: the points move through every epoch, and progress is told."""
    before = screen.positions()
    screen.button("Update").click()
    screen.wait_for_motion(before, within_s=5)
    expect(page.locator("#run-title")).to_have_text("Run 1")
    run = screen.wait_for_run(1, "finished", within_s=60)
    num_epochs = int(defaults_of(PRESETS[0])["num_epochs"])
    assert run["last_epoch"] == run["num_epochs"] == num_epochs
    expect(page.locator("#run-state")).to_have_text("done")
    frames = screen.get(f"/api/runs/{run['run_id']}/frames?after=0")["frames"]
    assert [f["epoch"] for f in frames if f["is_snapshot"]] == list(range(1, num_epochs + 1))
    accuracy = page.locator("#run-accuracy")
    expect(accuracy).to_contain_text("%" if run["metrics"]["held_out_accuracy"] else "withheld")
    screen.wait_for_rest()


def stop_keeps_what_was_reached(screen: Screen, page: Page) -> None:
    """Stop ends the run and keeps what it has reached; how fast, `benchmarks load` says."""
    page.locator("#knob-lodemap-num_epochs").fill("200")
    screen.press("Tab")
    screen.button("Update").click()
    wait_until(lambda: len(screen.runs()) == 3 and screen.runs()[2]["last_epoch"] >= 1, "run 2")
    page.locator("#stop").click()
    run = screen.wait_for_run(2, "stopped", within_s=5)
    assert 1 <= run["last_epoch"] < 200
    expect(page.locator("#stop")).to_be_disabled()
    assert screen.state()["head"]["run_id"] == run["run_id"]


def take_back(screen: Screen, named: int) -> None:
    """Undo takes the runs back with the network, then the names; redo and Reset undo as well."""
    heads = [run["run_id"] for run in screen.runs()]
    screen.wait_for_rest()
    late = screen.positions()
    screen.press("Control+z")
    wait_until(lambda: screen.state()["head"]["run_id"] == heads[1], "back to run 1")
    screen.wait_for_motion(late)
    screen.press("Control+y")
    wait_until(lambda: screen.state()["head"]["run_id"] == heads[2], "run 2 again")
    screen.button("Reset: Back to the project's start").click()
    screen.wait_for_named(0)
    assert screen.state()["head"]["run_id"] == heads[0]
    screen.press("Control+z")
    screen.wait_for_named(named)
