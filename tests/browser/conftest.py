"""The real app in a real Chromium: started as a person starts it, watched for every complaint."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
)  # fmt: skip

from benchmarks.chromium import chromium, remembering
from benchmarks.served import Mode, Served, free_port
from ml.records import PRESETS
from tests.browser.bare_map import BareMap, bare_map
from tests.browser.review_screen import ReviewScreen
from tests.browser.screen import Screen
from tests.browser.shared_app import SharedApp
from tests.browser.visitors import as_if_new
from tests.conftest import FAILED
from tests.patience import PATIENCE

VIEWPORT: ViewportSize = {"width": 1280, "height": 800}
MORE_ENTRIES_JS = "performance.setResourceTimingBufferSize(5000)"
"""A page asks for more than the 250 things that a browser remembers by itself."""


def need(program: str) -> None:
    """Skip a test where a program it drives is missing."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is missing: apt-get install {program}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    need("chromium")
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator[BareMap]:
    """The map engine alone on a page that all tests of a module share."""
    with bare_map(browser) as one:
        yield one


@pytest.fixture
def mode() -> Mode:
    """How the app works; a test that asks for `both_modes` runs in each."""
    return "embedded"


both_modes = pytest.mark.parametrize(
    "mode", ["embedded", pytest.param("team", marks=pytest.mark.wide)]
)
"""For journeys behind Celery that the contract tests walk without a browser."""


@pytest.fixture
def app(mode: Mode, tmp_path: Path) -> Iterator[Served]:
    """A fresh app with a data directory of its own: nothing is trained yet."""
    if mode == "team":
        need("redis-server")
    served = Served(mode, tmp_path / "data", free_port())
    served.start()
    try:
        yield served
    finally:
        served.stop()


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Mode], SharedApp]]:
    """One app a mode for all journeys, started by the first that asks for it."""
    started: dict[Mode, SharedApp] = {}

    def start(mode: Mode) -> SharedApp:
        if mode not in started:
            folder = tmp_path_factory.mktemp(mode)
            served = Served(mode, folder / "data", free_port())
            served.start()
            started[mode] = SharedApp(served)
        return started[mode]

    yield start
    for each in started.values():
        each.served.stop()


@pytest.fixture
def shared_app(mode: Mode, apps: Callable[[Mode], SharedApp]) -> SharedApp:
    """The app of all journeys of this mode; each has a project of its own in it."""
    if mode == "team":
        need("redis-server")
    return apps(mode)


class Complaints:
    """What a page complained about: errors in its console, requests that failed."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.expected: tuple[str, ...] = ()
        """Texts a test provokes on purpose, such as a lost connection."""

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"uncaught: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def unexpected(self) -> list[str]:
        return [each for each in self.found if not any(text in each for text in self.expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Too many active WebGL contexts" in message.text:
            self.found.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        # leaving a page ends what it was still fetching
        if request.failure != "net::ERR_ABORTED":
            self.found.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.found.append(f"{response.status}: {response.url}")


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    collected = Complaints()
    yield collected
    assert collected.unexpected() == []


@pytest.fixture
def without_network(complaints: Complaints) -> None:
    """The test's map is drawn, no network made it: what asks for one is refused, and says so."""
    complaints.expected += ("/leads", "status of 422")


def start_app_first(request: pytest.FixtureRequest) -> None:
    """Pages close before the app they look at stops."""
    for each in {"app", "shared_app"} & set(request.fixturenames):
        request.getfixturevalue(each)


@pytest.fixture(scope="session")
def visitors(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[BrowserContext]]:
    """The browsers of two people, for all tests: they have what the pages load at hand.

    That of the first, whom most tests are about, has it compiled.
    """
    folder = tmp_path_factory.mktemp("visitor")
    with remembering(browser, folder, VIEWPORT) as first:
        second = browser.new_context(viewport=VIEWPORT)
        second.new_page()  # the one that is never closed
        yield [first, second]
        second.close()


@pytest.fixture
def context(
    visitors: list[BrowserContext], complaints: Complaints, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """A browser as if new."""
    start_app_first(request)
    with as_if_new(visitors[0], complaints.watch) as opened:
        yield opened


@pytest.fixture
def other_context(
    visitors: list[BrowserContext], complaints: Complaints, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """A second person's, who has nothing in common with the first."""
    start_app_first(request)
    with as_if_new(visitors[1], complaints.watch) as opened:
        yield opened


@pytest.fixture
def own_context(browser: Browser, complaints: Complaints) -> Iterator[BrowserContext]:
    """A browser of a test's own: one that adds scripts to every page, or listens to all."""
    opened = browser.new_context(viewport=VIEWPORT)
    opened.on("page", complaints.watch)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """One page; when the test fails, its picture is kept in the folder LODEMAP_SHOTS names."""
    context.set_default_timeout(15_000 * PATIENCE)
    opened = context.new_page()
    opened.add_init_script(MORE_ENTRIES_JS)
    yield opened
    folder = os.environ.get("LODEMAP_SHOTS")
    if folder and request.node.stash.get(FAILED, False):
        opened.screenshot(path=Path(folder) / f"{request.node.name}.png")


@pytest.fixture
def preset() -> str:
    """How a test's project learns; one about a preset names it by parametrizing this."""
    return PRESETS[0]


@pytest.fixture
def screen(
    page: Page, shared_app: SharedApp, preset: str, request: pytest.FixtureRequest
) -> Screen:
    """The Map page of a pretrained project of the test's own, not opened yet."""
    return Screen(page, shared_app.url, shared_app.new_project(request.node.name, preset))


@pytest.fixture
def space_screen(page: Page, shared_app: SharedApp, request: pytest.FixtureRequest) -> Screen:
    """The same of a project whose map has three axes."""
    return Screen(page, shared_app.url, shared_app.new_project(request.node.name, latent_dim=3))


@pytest.fixture
def review(page: Page, shared_app: SharedApp, request: pytest.FixtureRequest) -> ReviewScreen:
    """A project with two Updates of two people, open on its Review page."""
    screen = ReviewScreen(page, shared_app.url, shared_app.told_project(request.node.name))
    screen.open()
    return screen


@pytest.fixture
def first_screen(page: Page, app: Served) -> Screen:
    """The Map page of an app nobody has opened before."""
    return Screen(page, app.url)
