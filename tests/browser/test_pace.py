"""The pace of a person, as it is where people sign in: watching never meets it, a flood does."""

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.served import Served, free_port
from store.settings import Settings
from tests.browser.conftest import Complaints
from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp
from tests.browser.two_people import introduce
from tests.patience import PATIENCE

NUM_AT_ONCE = 160
"""More than are let through at once or wait for their turn; a browser has six connections."""
BODY = b'{"name": "Ada"}'


@pytest.fixture(scope="module")
def paced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedApp]:
    """An app with the pace that one on a network begins with."""
    environment = {"LODEMAP_REQUESTS_PER_S": str(Settings.requests_per_s)}
    folder = tmp_path_factory.mktemp("paced") / "data"
    app = SharedApp(Served("embedded", folder, free_port(), environment=environment))
    app.served.start()
    yield app
    app.served.stop()


@pytest.fixture
def shared_app(paced: SharedApp) -> SharedApp:
    return paced


@contextmanager
def flooding(screen: Screen, page: Page) -> Iterator[Counter[int]]:
    """Write with the cookie of a page, as a script of the same person might; count the answers."""
    address = screen.url.removeprefix("http://")
    cookie = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
    headers = {"Content-Type": "application/json", "Cookie": cookie, "Origin": screen.url}
    is_over, statuses = threading.Event(), Counter[int]()

    def write() -> None:
        while not is_over.is_set():
            asking = http.client.HTTPConnection(address, timeout=30)
            asking.request("POST", "/api/session", BODY, headers)
            statuses[asking.getresponse().status] += 1
            asking.close()

    threads = [threading.Thread(target=write) for _ in range(NUM_AT_ONCE)]
    for each in threads:
        each.start()
    try:
        wait_until(lambda: statuses[429], "somebody to be refused")
        yield statuses
    finally:
        is_over.set()
        for each in threads:
            each.join()


def name_until_refused(screen: Screen) -> int:
    """Name the selection this and that until the server refuses to; return how often it was named.

    Now and then a gesture comes just when another request of the flood has made room.
    """
    for num_gestures, key in enumerate("1234567890", start=1):
        with screen.page.expect_response("**/gestures", timeout=10_000 * PATIENCE) as answered:
            screen.press(key)
        if answered.value.status == 429:
            return num_gestures
    raise AssertionError("ten gestures in a row were let through")


def test_flood__of_ones_own_is_said_and_the_gesture_goes_out_later(
    screen: Screen, page: Page, complaints: Complaints
) -> None:
    complaints.expected = ("429",)
    introduce(page, screen.url, "Ada")
    screen.open()
    count = screen.lasso(screen.middle_of(1))
    before = screen.state()["seq"]
    with flooding(screen, page) as statuses:
        num_gestures = name_until_refused(screen)
        said = page.locator(".toasts").get_by_text("You ask for more at once than one person may.")
        expect(said).to_be_visible(timeout=10_000 * PATIENCE)
        expect(page.locator("#palette-named")).to_contain_text(f"{count:,} of")
    screen.wait_for_named(count)
    wait_until(
        lambda: screen.state()["seq"] == before + num_gestures, "the refused one to be there"
    )
    assert set(statuses) == {200, 429}


@pytest.mark.wide
def test_watching__in_three_tabs_is_refused_nothing(
    screen: Screen, context: BrowserContext, complaints: Complaints
) -> None:
    """One person opens three maps, sees an Update live in each, and replays all of it."""
    tabs = [screen, *(Screen(context.new_page(), screen.url) for _ in range(2))]
    for tab in tabs:
        tab.open(screen.project_id)
    screen.teach_two()
    screen.press("Enter")
    screen.wait_for_run(1, "finished", within_s=60)
    for tab in tabs:
        tab.page.get_by_label("Speed of the replay").select_option("4")
        tab.press("Home")
        tab.press(" ")
    for tab in tabs:
        expect(tab.page.get_by_role("button", name="Replay", exact=True)).to_be_visible(
            timeout=60_000 * PATIENCE
        )
    assert complaints.found == []
