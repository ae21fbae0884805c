"""A project saved by Lodemap: its size said before, what is in it seen before it is opened."""

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.data_screen import DataScreen
from tests.browser.screen import Screen

SIZE: Final = re.compile(r"\d (kB|MB)")


@pytest.fixture
def data(screen: Screen, page: Page) -> DataScreen:
    """The Data page of a pretrained project."""
    opened = DataScreen(page, screen.url)
    opened.open(f"?project={screen.project_id}")
    return opened


def test_archive__is_shown_before_it_is_opened_and_gets_a_name_of_its_own(
    data: DataScreen, screen: Screen, page: Page, tmp_path: Path
) -> None:
    name = screen.state()["project"]["name"]
    link = page.get_by_role("link", name="Download project, With data")
    expect(link).to_contain_text(SIZE)
    with page.expect_download() as caught:
        link.click()
    path = tmp_path / "saved.lodemap"
    caught.value.save_as(path)
    data.open()
    data.choose(path)
    data.wait_until_read()
    expect(page.locator("#data-file-words")).to_contain_text("A project saved by Lodemap")
    facts = page.locator("#data-archive-facts")
    for words in (name, "1,797 (pictures)", "Classes", "Gestures", "Runs", "by Lodemap"):
        expect(facts).to_contain_text(words)
    expect(page.locator("#data-archive-note")).to_contain_text("Its data set is in it.")
    opened = Screen(page, data.url, data.make())
    opened.wait_for_points()
    assert opened.state()["project"]["name"] == f"{name} (2)"


@pytest.mark.wide
def test_archive__with_every_epoch_is_told_to_be_larger(data: DataScreen, page: Page) -> None:
    def size(networks: str) -> float:
        link = page.locator(f"[data-size={networks}] .num")
        expect(link).to_contain_text(SIZE)
        number, unit = link.inner_text().split()
        return float(number) * {"kB": 1, "MB": 1000}[unit]

    assert data.page is page
    assert size("every") > 3 * size("newest")


def test_archive__says_how_many_files_it_cannot_hold(data: DataScreen, page: Page) -> None:
    sizes = {"newest": 5e6, "every": 9e6, "data": 1e6, "newest_gone": 1, "every_gone": 3}
    page.route("**/exports/sizes", lambda route: route.fulfill(json=sizes))
    data.page.reload()
    for title, words in (
        ("Project", "1 of its files is gone and cannot be in it."),
        ("Project, every epoch", "3 of its files are gone and cannot be in it."),
    ):
        row = page.locator(".export").filter(has=page.get_by_text(title, exact=True))
        expect(row.locator(".gone")).to_have_text(words)
