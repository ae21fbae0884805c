"""What can go wrong while a data set is brought in, and that nothing is lost by it."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from store.intake.label_names import MOST_CLASSES
from tests.browser.conftest import Complaints
from tests.browser.data_screen import DataScreen, png, zip_of_pictures
from tests.browser.shared_app import SharedApp
from tests.patience import PATIENCE

PIECES = "**/api/imports/*/bytes*"


@pytest.fixture
def data(page: Page, shared_app: SharedApp) -> DataScreen:
    screen = DataScreen(page, shared_app.url)
    screen.open()
    return screen


@pytest.fixture
def heavy(tmp_path: Path) -> Path:
    """A file that takes several pieces."""
    noise = np.random.default_rng(1).integers(0, 256, (2000, 28, 28), np.uint8)
    path = tmp_path / "noise.npy"
    np.save(path, noise)
    return path


def after(num_pieces: int, then: Callable[[Route], None]) -> Callable[[Route], None]:
    """Let some pieces pass; what becomes of the others is up to `then`."""
    passed = 0

    def handle(route: Route) -> None:
        nonlocal passed
        passed += 1
        if passed <= num_pieces:
            route.continue_()
        else:
            then(route)

    return handle


def test_broken_file__one_sentence_and_nothing_else_changes(
    data: DataScreen, page: Page, tmp_path: Path
) -> None:
    path = tmp_path / "ant.npy"
    path.write_bytes(b"<!DOCTYPE html><html><body>Not found</body></html>")
    data.choose(path)
    toast = page.locator(".notice-toast.error")
    expect(toast).to_contain_text("ant.npy", timeout=30_000 * PATIENCE)
    expect(toast).to_contain_text("Nothing else was changed.")
    expect(page.locator("#data-choose")).to_be_visible()
    data.wait_for_no_import()
    with page.expect_file_chooser() as opened:
        toast.get_by_role("button", name="Choose another file").click()
    opened.value.set_files(zip_of_pictures(tmp_path / "good.zip"))
    data.wait_until_read()


@pytest.mark.wide
def test_some_broken__the_others_come_in_and_a_list_says_which(
    data: DataScreen, page: Page, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for n in range(20):
        (folder / f"{n:02d}.png").write_bytes(png(n))
    (folder / "same.png").write_bytes(png(0))
    (folder / "torn.png").write_bytes(png(99)[:60])
    data.choose_folder(folder)
    data.wait_until_read()
    checks = page.locator("#data-checks")
    for words in ("20 readable", "1 the same", "1 left out"):
        expect(checks).to_contain_text(words)
    checks.locator("[data-act=rejected]").click()
    expect(page.locator("dialog[open]")).to_contain_text("torn.png")
    expect(page.locator("dialog[open]")).not_to_contain_text("same.png")
    with page.expect_download() as got:
        page.get_by_role("link", name="Download list").click()
    assert "torn.png" in Path(got.value.path()).read_text()
    page.keyboard.press("Escape")
    page.locator("#data-keep-duplicates").check()
    expect(checks).to_contain_text("21 readable", timeout=30_000 * PATIENCE)


@pytest.mark.wide
def test_cancel__while_it_is_sent(data: DataScreen, page: Page, heavy: Path) -> None:
    page.route(PIECES, after(1, lambda _route: None))
    data.choose(heavy)
    expect(page.locator("#data-file-progress")).to_contain_text("Sending 262 kB of 1.6 MB")
    bar = page.get_by_role("progressbar")
    assert 10 < int(bar.get_attribute("aria-valuenow") or 0) < 25
    page.locator("#data-file-act").click()
    expect(page.locator("#data-choose")).to_be_visible()
    data.wait_for_no_import()


def test_lost_connection__it_goes_on_by_itself(
    data: DataScreen, page: Page, heavy: Path, complaints: Complaints
) -> None:
    complaints.expected = ("ERR_CONNECTION_RESET", "ERR_FAILED", "/bytes?at=")
    page.route(PIECES, after(1, lambda route: route.abort("connectionreset")))
    data.choose(heavy)
    expect(page.locator("#data-file-progress")).to_contain_text("Connection lost at 16 %")
    page.unroute(PIECES)
    data.wait_until_read()
    expect(page.locator("#data-file-words")).to_contain_text("2,000 pictures")


def namesake(path: Path) -> Path:
    """Another file of the same name and size, which was made at another time."""
    (path.parent / "other").mkdir()
    other = path.parent / "other" / path.name
    other.write_bytes(path.read_bytes()[::-1])
    os.utime(other, (1e9, 1e9))
    return other


def test_reload__an_import_half_sent_goes_on_with_the_same_file(
    data: DataScreen, page: Page, heavy: Path
) -> None:
    page.route(PIECES, after(1, lambda _route: None))
    data.choose(heavy)
    expect(page.locator("#data-file-progress")).to_contain_text("262 kB")
    page.reload()
    page.unroute(PIECES)
    offer = page.locator("#data-unfinished")
    expect(offer).to_contain_text("noise.npy was 16 % sent. Choose the same file to go on")
    with page.expect_file_chooser() as opened:
        offer.get_by_role("button", name="Choose the same file").click()
    opened.value.set_files(namesake(heavy))
    expect(page.locator(".notice-toast.error")).to_contain_text("This is not noise.npy")
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.url) if "/bytes" in request.url else None
    )
    with page.expect_file_chooser() as opened:
        offer.get_by_role("button", name="Choose the same file").click()
    opened.value.set_files(heavy)
    data.wait_until_read()
    assert sent[0].endswith("?at=262144")
    assert len(data.imports()) == 1


def test_error_of_the_server__what_was_sent_is_kept_and_offered(
    data: DataScreen, page: Page, heavy: Path, complaints: Complaints
) -> None:
    complaints.expected = ("507",)
    full = {"code": "disk_full", "message": "The disk is full; nothing was saved."}
    page.route(PIECES, after(1, lambda route: route.fulfill(status=507, json=full)))
    data.choose(heavy)
    offer = page.locator("#data-unfinished")
    expect(offer).to_contain_text("noise.npy was 16 % sent. Choose the same file to go on")
    expect(page.locator(".notice-toast.error")).to_contain_text("The disk is full")
    page.unroute(PIECES)
    with page.expect_file_chooser() as opened:
        offer.get_by_role("button", name="Choose the same file").click()
    opened.value.set_files(heavy)
    data.wait_until_read()
    assert len(data.imports()) == 1


@pytest.mark.wide
def test_reload__an_import_that_is_read_is_still_there(
    data: DataScreen, page: Page, tmp_path: Path
) -> None:
    data.choose(zip_of_pictures(tmp_path / "a.zip"))
    data.wait_until_read()
    page.reload()
    data.wait_until_read()
    expect(page.locator("#data-name")).to_have_value("A")


@pytest.mark.wide
def test_failed__is_said_once_where_it_can_be_mended(
    data: DataScreen, page: Page, tmp_path: Path
) -> None:
    path = tmp_path / "all-different.csv"
    path.write_text("x,y,label\n" + "".join(f"{n},1,each{n}\n" for n in range(MOST_CLASSES + 1)))
    data.choose(path)
    problem, offer = page.locator("#data-file-problem"), page.locator("#data-unfinished")
    for _ in range(2):  # as it is read, and after a reload
        expect(problem).to_contain_text("different labels", timeout=10_000 * PATIENCE)
        expect(page.get_by_text("different labels")).to_have_count(1)
        expect(page.locator("#data-status")).to_have_text("")
        page.reload()
    data.open()
    expect(offer).to_contain_text("different labels")
    offer.get_by_role("button", name="Read it otherwise").click()
    expect(problem).to_contain_text("different labels")
    expect(offer).to_be_hidden()
    page.locator("#data-cancel").click()  # it could be read otherwise: that is asked about
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    data.wait_for_no_import()


@pytest.mark.wide
def test_unfinished__is_offered_elsewhere_and_can_be_discarded(
    data: DataScreen, page: Page, tmp_path: Path
) -> None:
    data.choose(zip_of_pictures(tmp_path / "a.zip"))
    data.wait_until_read()
    data.open()
    offer = page.locator("#data-unfinished")
    expect(offer).to_contain_text("a.zip is read and waits for you.")
    offer.get_by_role("button", name="Go on").click()
    data.wait_until_read()
    data.open()
    offer.get_by_role("button", name="Discard").click()
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    expect(offer).to_be_hidden()
    data.wait_for_no_import()


@pytest.mark.wide
def test_name__is_needed_and_said_so(
    data: DataScreen, page: Page, complaints: Complaints, tmp_path: Path
) -> None:
    complaints.expected = ("422",)
    data.choose(zip_of_pictures(tmp_path / "a.zip"))
    data.wait_until_read()
    page.locator("#data-name").fill("  ")
    data.create.click()
    expect(page.locator("#data-problem")).to_have_text("Type a name for the project.")
    expect(page.locator("#data-name")).to_be_focused()
    page.locator("#data-name").fill("x" * 201)
    data.create.click()
    sentence = "The name of the project has 201 characters; the limit is 200."
    expect(page.locator("#data-problem")).to_have_text(sentence)
    expect(page.locator("#data-name")).to_have_value("x" * 201)
