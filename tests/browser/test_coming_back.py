"""Reload, a second tab, a killed server: nothing acknowledged is lost and all views agree."""

import os
import signal
import time

import psutil
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.served import Served
from tests.browser.conftest import Complaints, both_modes
from tests.browser.screen import Screen, more_than, wait_until
from tests.browser.test_panels import overlap
from tests.patience import PATIENCE


def test_reload__shows_the_same(screen: Screen, page: Page) -> None:
    screen.open()
    named = screen.teach_two()
    page.reload()
    screen.wait_for_points()
    screen.wait_for_named(named)


@pytest.mark.parametrize("which", ["screen", "space_screen"])
def test_another_page__gives_back_selection_tool_and_view(
    which: str, page: Page, request: pytest.FixtureRequest
) -> None:
    screen: Screen = request.getfixturevalue(which)
    screen.open()
    screen.settle()
    middle = screen.middle_of(1)
    count = screen.lasso(middle, 50)
    assert count > 5
    screen.use("move")
    page.mouse.move(*middle)
    page.mouse.wheel(0, -240)
    screen.wait_for_rest()
    before = screen.pixels([0, 1, 2])
    page.locator(".rail").get_by_role("link", name="Runs").click()
    expect(page.locator("#runs-page")).to_be_visible()
    page.go_back()
    screen.wait_for_points()
    screen.wait_for_rest()
    assert screen.selected() == count
    expect(page.locator('[data-tool="move"]')).to_have_attribute("aria-pressed", "true")
    assert screen.pixels([0, 1, 2]) == [pytest.approx(each, abs=1) for each in before]


@both_modes
def test_second_tab__agrees_within_a_second(screen: Screen, context: BrowserContext) -> None:
    screen.open()
    first = screen.teach_two()
    other = Screen(context.new_page(), screen.url)
    other.open(screen.project_id)
    screen.page.bring_to_front()
    screen.lasso(screen.middle_of(3))
    screen.press("1")
    named = wait_until(lambda: more_than(screen.state()["num_named"], first), "three names")
    other.page.bring_to_front()
    told = other.page.locator("#palette-named")
    expect(told).to_have_text(f"{named:,} of 1,797 named", timeout=1000 * PATIENCE + 200)


@both_modes
def test_killed_server__keeps_what_it_acknowledged(
    first_screen: Screen, page: Page, app: Served, complaints: Complaints
) -> None:
    """kill -9 of the web process in the middle of a run; the next start goes on from there."""
    screen = first_screen
    screen.open()
    screen.settle()
    named = screen.teach_two()
    screen.press("Enter")
    wait_until(lambda: len(screen.runs()) == 2 and screen.runs()[1]["last_epoch"] >= 1, "run 1")
    complaints.expected = ("ERR_CONNECTION_REFUSED", "Failed to load resource", "ERR_EMPTY",
                           "ERR_CONNECTION_RESET", "ERR_SOCKET", "Failed to fetch")  # fmt: skip
    kill_web_process(app)
    expect(page.locator("#map-offline")).to_be_visible(timeout=10_000 * PATIENCE)
    app.stop()
    app.start()
    expect(page.locator("#map-offline")).to_be_hidden(timeout=15_000 * PATIENCE)
    run = screen.wait_for_run(1, "finished", within_s=60)
    assert run["last_epoch"] == run["num_epochs"]
    screen.wait_for_named(named)


def test_lost_connection__names_with_a_class_made_meanwhile(
    screen: Screen, page: Page, context: BrowserContext, complaints: Complaints
) -> None:
    """Both are kept, shown, and land in the class the server makes, past one taken back."""
    complaints.expected = ("ERR_INTERNET_DISCONNECTED", "Failed to load", "Failed to fetch")
    screen.open()
    screen.lasso(screen.middle_of(0), 40)
    screen.name_new("taken back")
    screen.introduce()
    wait_until(lambda: screen.state()["num_named"], "named")
    screen.press("Control+z")
    screen.wait_for_named(0)
    ones, twos = screen.middle_of(1), screen.middle_of(2)
    context.set_offline(True)
    expect(page.locator("#map-offline")).to_contain_text("Connection lost")
    for tools in (".map-head", ".map-corner"):  # the bar pushes them down
        assert not overlap(page.locator("#map-offline"), page.locator(tools).first)
    first = screen.lasso(ones, 40)
    screen.name_new("fig")
    expect(page.locator("#palette-named")).to_have_text(f"{first:,} of 1,797 named")
    screen.lasso(twos, 40)
    page.get_by_role("button", name="Name the selection fig").click()
    screen.press("Control+z")
    expect(page.locator(".notice-toast").last).to_contain_text("Undo is kept")
    screen.press("Control+y")
    expect(page.locator("#map-offline")).to_contain_text("4 wait")
    told = page.locator("#palette-named").inner_text()
    both = int(told.removesuffix(" of 1,797 named"))
    assert both > first
    context.set_offline(False)
    expect(page.locator("#map-offline")).to_be_hidden(timeout=15_000 * PATIENCE)
    screen.wait_for_named(both)
    assert [c["num_named"] for c in screen.state()["classes"] if c["name"] == "fig"] == [both]


def kill_web_process(app: Served) -> None:
    """Kill the process that serves, whoever started it."""
    assert app.process is not None
    family = [psutil.Process(app.process.pid), *psutil.Process(app.process.pid).children(True)]
    web = next(p for p in family if p.cmdline()[1:2] == ["app.py"])
    assert "libtorch" not in maps_of(web.pid), "the web process has loaded torch"
    os.kill(web.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5 * PATIENCE
    while app.is_up() and time.monotonic() < deadline:
        time.sleep(0.02)


def maps_of(pid: int) -> str:
    """What the process has mapped into memory, by file name."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
        return maps.read()
