"""T8: whatever people type is shown as they typed it, on every page, and never run.

Twenty payloads are the classes, authors, comments, ids and texts of samples, a file and projects.
The browser tells of everything its security policy refused: there is nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from ml.maps.codec import pack_ids
from pages.cli_import import main_import
from store.opening import Store
from store.people.comment_drafts import Draft
from store.records import Gesture
from tests.attacks.payloads import PAYLOADS
from tests.browser.conftest import Complaints
from tests.browser.drawn_project import _pretrained
from tests.browser.review_screen import ReviewScreen
from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp

NUM = 40
WATCH_JS = """document.addEventListener('securitypolicyviolation', (event) =>
    window.tellViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));"""
FOUND_JS = """() => [
    ...document.querySelectorAll(
        '[onerror],[onload],[onfocus],[ontoggle],iframe[srcdoc],a[href^="javascript:"],'
        + 'img[src="x"],math,svg script,details[ontoggle]'),
    ...(window.__xss === undefined ? [] : [window.__xss]),
].map((each) => each.outerHTML ?? String(each))"""
SLIP_IN_JS = """() => {
    const script = document.createElement('script');
    script.textContent = 'window.__xss = 1';
    document.body.append(script);
}"""
TABS = ("history", "log", "comments", "agreement", "bookmarks")


def write_table(folder: Path) -> Path:
    """Vectors whose ids, labels and texts are payloads, in a file that is called like one."""
    path = folder / "<img src=x onerror=window.__xss=20>.csv"
    rng = np.random.default_rng(0)
    lines = ["id,label,note,a,b,c"]
    # the other way round: a table that begins with "<svg" is taken for a drawing
    for at in range(NUM):
        text = PAYLOADS[-1 - at % len(PAYLOADS)].replace('"', '""')
        numbers = ",".join(f"{value:.3f}" for value in rng.normal(size=3))
        lines.append(f'"{at} {text}","{text}","{text}",{numbers}')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def speak(store: Store, project_id: str) -> None:
    """Say every payload as everything people can say."""
    places = np.random.default_rng(1).normal(size=(NUM, 2)).astype(np.float32)
    _pretrained(store, project_id, places, (0, 1))
    state = store.journal.state(project_id)
    for at, payload in enumerate(PAYLOADS):
        sample = pack_ids(np.array([at]), NUM)
        author = (payload, f"author-{at}")
        gesture = Gesture("annotate", f"g{at}", sample, {"class_index": at % len(state.classes)})
        store.journal.append(project_id, gesture, *author)
        store.comments.add(project_id, Draft(payload, "point", f"c{at}", sample), *author)
    view = {"key": "b", "name": PAYLOADS[1], "view": {}}
    store.bookmarks.add(project_id, view, pack_ids(np.array([0]), NUM), author)
    step = store.history.of(project_id).here
    store.history.name(project_id, step, PAYLOADS[2], PAYLOADS[3])


@pytest.fixture
def poisoned(shared_app: SharedApp, tmp_path: Path) -> str:
    """The id of a project of payloads."""
    flags = ["--data-dir", str(shared_app.served.data_dir), "--name", PAYLOADS[1]]
    assert main_import([str(write_table(tmp_path)), *flags, "--id-column", "id"]) == 0
    with shared_app._store() as store:
        named = [each for each in store.projects.list() if each.name.startswith(PAYLOADS[1])]
        speak(store, named[-1].project_id)
        return named[-1].project_id


@pytest.fixture
def told(context: BrowserContext) -> Iterator[list[str]]:
    """What a browser should have nothing to tell of: violations of the policy, and dialogs."""
    found: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        found.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.expose_function("tellViolation", lambda words: found.append(words))
    context.add_init_script(WATCH_JS)
    context.on("dialog", dismiss)
    yield found
    assert found == []


def check(page: Page, *shown: str) -> None:
    """Nothing was run or became an element, and the texts are there as they were typed."""
    for text in shown:
        wait_until(lambda text=text: text in page.locator("body").inner_text(), text)  # type: ignore[misc]
    assert page.evaluate(FOUND_JS) == []


@pytest.mark.timeout(400)
@pytest.mark.usefixtures("without_network")
def test_payloads__are_shown_as_typed_on_every_page(
    page: Page, shared_app: SharedApp, poisoned: str, told: list[str], complaints: Complaints
) -> None:
    walk_map(Screen(page, shared_app.url, poisoned))
    for path in ("/projects", f"/data?project={poisoned}", f"/runs?project={poisoned}"):
        page.goto(f"{shared_app.url}{path}")
        expect(page.locator("#page")).to_be_visible()
        page.wait_for_load_state("networkidle")
        check(page, PAYLOADS[1])
    walk_review(ReviewScreen(page, shared_app.url, poisoned))
    assert (told, complaints.unexpected()) == ([], [])
    see_that_it_would_be_told(page, told, complaints)


def see_that_it_would_be_told(page: Page, told: list[str], complaints: Complaints) -> None:
    """A script that slipped in is refused, and the browser says so."""
    complaints.expected += ("Content Security Policy",)
    page.evaluate(SLIP_IN_JS)
    # Playwright hands over what a page tells while it is asked something
    wait_until(lambda: page.evaluate("() => true") and told, "the violation")
    assert "script-src" in told[0]
    assert page.evaluate("() => window.__xss") is None
    told.clear()


def walk_map(screen: Screen) -> None:
    """Every class in the palette, the gallery of all, a name card, the search, the menus."""
    page = screen.page
    screen.open()
    check(page, PAYLOADS[0], PAYLOADS[5])
    page.keyboard.press("Control+a")
    check(page, PAYLOADS[1])
    page.keyboard.press("Control+f")
    page.locator(".find-box input").fill("onerror")
    check(page)
    page.keyboard.press("Escape")
    page.mouse.move(640, 400)
    check(page)


def walk_review(review: ReviewScreen) -> None:
    """Each tab of the page."""
    review.open()
    for tab in TABS:
        found = review.page.locator(f"[data-tab={tab}]")
        if found.count():
            found.click()
            check(review.page)
    review.tab("comments")
    check(review.page, PAYLOADS[0], PAYLOADS[19])
