"""What people take with them, as they use it: a page opened from disk without a network, a report
that prints, and the dialog that makes them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from store.opening import Store
from store.takeaway.making import make
from store.takeaway.wish import Wish
from tests.browser.conftest import Complaints, both_modes
from tests.browser.drawn_project import draw_project
from tests.browser.review_screen import ReviewScreen
from tests.browser.shared_app import SharedApp
from tests.browser.told_project import tell
from tests.patience import PATIENCE

PAYLOADS = ("</script><img src=x onerror=document.title='hit'>", "${document.title='hit'}", "<b>x")
AT_JS = "() => window.lodemapReplay.tape.at"
PLACES_JS = "() => Array.from(window.lodemapReplay.map.currentPositions())"
PLACE_JS = """() => {
    const { map } = window.lodemapReplay;
    return map.places.of(map.currentPositions().subarray(0, 2));
}"""
READY = "html[data-ready]"


@pytest.fixture
def context(own_context: BrowserContext) -> BrowserContext:
    """A browser of its own, since what listens to it stays."""
    return own_context


@pytest.fixture
def offline(context: BrowserContext) -> Iterator[BrowserContext]:
    """A browser without a network, that tells what a page asks for beside its own file."""
    context.set_offline(True)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield context
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def written(store: Store, project_id: str, wish: Wish, folder: Path) -> str:
    path = folder / f"taken.{wish.suffix}"
    make(store, project_id, wish, path, lambda _share: None)
    return path.as_uri()


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.locator(READY).wait_for()
    return page


def places(page: Page) -> np.ndarray:
    return np.array(page.evaluate(PLACES_JS))


def wait_until_at(page: Page, seconds: float) -> None:
    page.wait_for_function(
        f"() => window.lodemapReplay.tape.at >= {seconds}", timeout=30_000 * PATIENCE
    )


@pytest.mark.usefixtures("offline")
def test_page__from_disk_replays_by_keyboard_and_by_mouse(
    page: Page, store: Store, tmp_path: Path
) -> None:
    told = tell(store, PAYLOADS[0])
    for nth, payload in enumerate(PAYLOADS):
        told.say("add_class", None, payload, name=f"{payload} {nth}")
        told.say("annotate", told.of(5 + nth), payload, class_index=5 + nth)
    opened(page, written(store, told.project_id, Wish(), tmp_path))
    first, caption = places(page), page.locator("#caption")
    expect(page.locator("#caption-card")).to_be_hidden()
    page.keyboard.press("Space")
    expect(caption).to_have_text("Ada named 30 samples “zero” and 30 “one”")
    expect(page.locator("#where")).to_contain_text("Run 1", timeout=15_000 * PATIENCE)
    page.keyboard.press("Space")
    rested = page.evaluate(AT_JS)
    assert np.abs(places(page) - first).max() > 0.3
    page.keyboard.press("End")
    expect(caption).to_have_text("2 people did 3 more things")
    assert page.evaluate(AT_JS) > rested
    last = places(page)
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(AT_JS) < page.evaluate("() => window.lodemapReplay.tape.at + 1")
    page.keyboard.press("Home")
    np.testing.assert_allclose(places(page), first)
    scrub(page, 1.0)
    np.testing.assert_allclose(places(page), last, atol=1e-5)
    hover_a_point(page)
    expect(page.locator(".sample-card")).to_contain_text("named")
    theme = page.locator("html").get_attribute("data-bs-theme")
    page.locator("#theme").click()
    expect(page.locator("html")).not_to_have_attribute("data-bs-theme", theme or "")
    assert page.locator("img").count() == 0
    assert page.title() == PAYLOADS[0]
    expect(page.locator("#legend")).to_contain_text(PAYLOADS[0])


def scrub(page: Page, share: float) -> None:
    """Drag the playhead along the line of time."""
    box = page.locator("#track").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 16)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 16, steps=3)
    page.mouse.move(box["x"] + share * box["width"] + 1, box["y"] + 16, steps=3)
    page.mouse.up()


def hover_a_point(page: Page) -> None:
    place = page.evaluate(PLACE_JS)
    page.mouse.move(place["x"] + 3, place["y"])
    page.mouse.move(place["x"], place["y"], steps=3)


@pytest.mark.usefixtures("offline")
def test_page__of_three_axes_turns_and_holds_still_where_that_is_wished(
    page: Page, store: Store, tmp_path: Path
) -> None:
    cloud = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    page.emulate_media(reduced_motion="reduce", color_scheme="dark")
    opened(page, written(store, draw_project(store, "Cloud", cloud), Wish(), tmp_path))
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    stance = "() => JSON.stringify(window.lodemapReplay.map.stance.of.angles)"
    before = page.evaluate(stance)
    page.mouse.move(400, 300)
    page.mouse.down()
    page.mouse.move(500, 340, steps=4)
    page.mouse.up()
    assert page.evaluate(stance) != before
    page.keyboard.press("Space")
    wait_until_at(page, 0.2)


@pytest.mark.usefixtures("offline")
def test_report__prints_on_two_to_four_pages(page: Page, store: Store, tmp_path: Path) -> None:
    page.goto(written(store, tell(store, "Minutes").project_id, Wish("report"), tmp_path))
    expect(page.get_by_role("heading", level=1)).to_have_text("Minutes")
    widths = page.evaluate("() => [...document.images].map((each) => each.naturalWidth)")
    assert widths == [1080, 1080]
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert 2 <= pdf.count(b"/Type /Page\n") <= 4


@both_modes
def test_dialog__makes_a_replay_that_opens_without_the_app(
    page: Page,
    shared_app: SharedApp,
    context: BrowserContext,
    complaints: Complaints,
    tmp_path: Path,
) -> None:
    complaints.expected = ("422",)  # a range that cannot be, on purpose
    review = ReviewScreen(page, shared_app.url, shared_app.told_project("Taken along"))
    review.open()
    page.get_by_role("button", name="Take with you").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Film").click()
    dialog.get_by_label("From").select_option("2")
    dialog.get_by_label("To the end of").select_option("1")
    expect(dialog.get_by_role("alert")).to_have_text(
        "The range ends before it begins; swap its two ends."
    )
    expect(dialog.get_by_role("button", name="Make it")).to_be_disabled()
    dialog.get_by_label("From").select_option("")
    dialog.get_by_role("button", name="Replay").click()
    expect(dialog.locator("#take-forecast")).to_contain_text("6 frames.")
    with page.expect_download() as caught:
        page.keyboard.press("Enter")
        dialog.get_by_role("button", name="Make it").press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".notice-toast").last).to_contain_text("Taken along - replay.html is saved")
    path = tmp_path / caught.value.suggested_filename
    caught.value.save_as(path)
    page.close()
    context.set_offline(True)
    taken = opened(context.new_page(), path.as_uri())
    taken.keyboard.press("Space")
    wait_until_at(taken, 0.5)
    expect(taken.locator("h1")).to_have_text("Taken along")
    context.set_offline(False)
