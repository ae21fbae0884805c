"""T8: whatever people type is shown as they typed it, on every page, and never run.

Twenty payloads are classes, authors, comments, ids and texts of samples, files and projects; each
is seen literally on every page that writes it. test_injection_people.py has the people,
test_injection_files.py the files that come by the Data page.
The browser tells of everything its security policy refused: there is nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from ml.maps.codec import pack_ids
from pages.commands.importing import main_import
from store.opening import Store
from store.people.comment_drafts import Draft
from store.records import Gesture
from tests.attacks.payloads import PAYLOADS
from tests.browser.conftest import Complaints
from tests.browser.drawn_project import _pretrained
from tests.browser.review_screen import ReviewScreen
from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp

NUM = 100
"""Of which a fifth is held out: each class of the twenty is predicted for one of them."""
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
SHOWN = {"log": PAYLOADS, "comments": PAYLOADS, "differing": PAYLOADS[:2]}
"""By tab of the Review page, what it writes: authors, comments, classes people differ about."""


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


def add_projects(store: Store) -> None:
    """Twenty more projects, each of a data set of its own; both are called like a payload."""
    for at, payload in enumerate(PAYLOADS):
        images = np.full((4, 1, 8, 8), at, np.uint8)
        images[1:] += np.arange(1, 4, dtype=np.uint8)[:, None, None, None]
        dataset = store.datasets.put(
            payload, images, np.zeros(4, np.int16), np.zeros(4, bool), (payload,)
        )
        store.projects.create(payload, dataset.dataset_id, class_names=(payload,))


def speak(store: Store, project_id: str) -> None:
    """Say every payload as everything people can say."""
    places = np.random.default_rng(1).normal(size=(NUM, 2)).astype(np.float32)
    state = store.journal.state(project_id)
    prediction = np.zeros(NUM, np.int16)
    held_out = store.datasets.samples(store.projects.get(project_id).dataset_id).is_held_out
    prediction[held_out] = np.arange(held_out.sum()) % len(state.classes)
    _pretrained(store, project_id, places, (0, 1), prediction)
    for at, payload in enumerate(PAYLOADS):
        sample = pack_ids(np.array([at]), NUM)
        author = (payload, f"author-{at}")
        gesture = Gesture("annotate", f"g{at}", sample, {"class_index": at % len(state.classes)})
        store.journal.append(project_id, gesture, *author)
        store.comments.add(project_id, Draft(payload, "point", f"c{at}", sample), *author)
    settled = Gesture("annotate", "other", pack_ids(np.array([0]), NUM), {"class_index": 1})
    store.journal.append(project_id, settled, PAYLOADS[1], "author-1")
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
        add_projects(store)
        return named[-1].project_id


@pytest.fixture
def context(own_context: BrowserContext) -> BrowserContext:
    """A browser of its own, since what listens to it stays."""
    return own_context


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


def check(page: Page, *shown: str, within: str = "body") -> None:
    """Nothing was run or became an element, and the texts are there as they were typed.

    Those too that have to be scrolled to or unfolded.
    """

    def written() -> str:
        return " ".join((page.locator(within).text_content() or "").split())

    for text in shown:
        words = " ".join(text.split())
        wait_until(lambda words=words: words in written(), text)  # type: ignore[misc]
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
        check(page, PAYLOADS[1], *(PAYLOADS if path == "/projects" else ()))
    check_runs(page)
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
    check(page, *PAYLOADS)
    page.keyboard.press("Control+a")
    check(page, PAYLOADS[1])
    page.keyboard.press("Control+f")
    page.locator(".find-box input").fill("onerror")
    check(page)
    page.keyboard.press("Escape")
    screen.wait_for_rest()
    x, y = screen.pixels([7])[0]
    page.mouse.move(x - 5, y - 5)
    page.mouse.move(x, y)
    check(page, PAYLOADS[-1 - 7], within="#hover-card")


def check_runs(page: Page) -> None:
    """Every class heads a row and a column of the confusion; a cell names two in words."""
    for part in ("tbody", "tfoot"):
        check(page, *PAYLOADS, within=f".confusion-grid {part}")
    page.locator(".confusion-grid button[aria-disabled=false]").first.click()
    expect(page.locator("#confusion-cell")).to_be_visible()
    check(page)


def walk_review(review: ReviewScreen) -> None:
    """The tree of steps, kept views, and each tab of the page."""
    review.open()
    check(review.page, PAYLOADS[1], PAYLOADS[2])
    for tab in SHOWN:
        review.tab(tab)
        check(review.page, *SHOWN[tab], within=f"#panel-{tab}")
