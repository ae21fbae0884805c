"""Names that were given elsewhere: looked at first, applied when somebody says so."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Complaints
from tests.browser.data_screen import DataScreen, zip_of_pictures
from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp


@pytest.fixture
def project(page: Page, shared_app: SharedApp, tmp_path: Path) -> Screen:
    """A project of eighty pictures, and its Data page."""
    data = DataScreen(page, shared_app.url)
    data.open()
    data.choose(zip_of_pictures(tmp_path / "shapes.zip"))
    data.wait_until_read()
    screen = Screen(page, data.url, data.make())
    data.rest(screen)
    data.open(f"?project={screen.project_id}")
    return screen


def names(path: Path, rows: list[tuple[str, str]]) -> Path:
    lines = ["sample_id,class_name", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines))
    return path


def test_names__are_looked_at_and_then_given(project: Screen, page: Page, tmp_path: Path) -> None:
    rows = [(f"circle/{n:03d}.png", "circle") for n in range(10)]
    rows += [(f"square/{n:03d}.png", "odd one") for n in range(3)] + [("moon/1.png", "circle")]
    data = DataScreen(page, project.url)
    data.drop(names(tmp_path / "round.csv", rows), zone="#data-names-drop")
    found = page.locator("#data-names-found")
    expect(found).to_contain_text("13 samples without a name would get one.")
    expect(found).to_contain_text("1 row is about samples this project does not have: moon/1.png.")
    expect(found.locator("li", has_text="odd one")).to_contain_text("new")
    assert project.state()["num_named"] == 0, "nothing is changed before somebody says so"
    found.get_by_role("button", name="Name 13 samples").click()
    expect(page.locator(".notice-toast")).to_contain_text("13 samples named in 2 classes.")
    expect(page.locator("#set-named")).to_have_text("13")
    assert project.state()["num_named"] == 13
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".notice-toast").last).to_have_text("Took back the names of the file.")
    expect(page.locator("#set-named")).to_have_text("0")
    assert project.state()["num_named"] == 0
    assert [each["name"] for each in project.state()["classes"]] == ["circle", "square"]


@pytest.mark.wide
def test_names__what_is_on_its_way_is_seen_and_can_be_cancelled(
    project: Screen, page: Page, tmp_path: Path
) -> None:
    held: list[Route] = []
    page.route(re.compile("annotation-files"), lambda route: held.append(route))  # a slow network
    data = DataScreen(page, project.url)
    path = names(tmp_path / "round.csv", [("circle/000.png", "circle")])
    found = page.locator("#data-names-found")
    with page.expect_request(re.compile("annotation-files")):
        data.drop(path, zone="#data-names-drop")
    expect(found.get_by_role("progressbar")).to_be_visible()
    expect(found).to_contain_text("round.csv")
    found.get_by_role("button", name="Cancel").click()
    expect(page.locator("#data-names-drop")).to_be_visible()
    expect(page.locator(".notice-toast.error")).to_have_count(0)
    page.unroute_all(behavior="ignoreErrors")
    data.drop(path, zone="#data-names-drop")
    expect(found).to_contain_text("1 sample without a name")


@pytest.mark.wide
def test_names__another_name_here_is_kept_unless_the_file_is_to_win(
    project: Screen, page: Page, tmp_path: Path
) -> None:
    data = DataScreen(page, project.url)
    data.drop(names(tmp_path / "one.csv", [("circle/000.png", "circle")]), zone="#data-names-drop")
    page.get_by_role("button", name="Name 1 sample").click()
    wait_until(lambda: project.state()["num_named"] == 1, "a name")
    data.drop(names(tmp_path / "two.csv", [("circle/000.png", "square")]), zone="#data-names-drop")
    expect(page.locator("#data-names-found")).to_contain_text("1 has another name here.")
    expect(page.get_by_role("button", name="Nothing to name")).to_be_disabled()
    page.get_by_role("radio", name="Take the file's").click()
    page.get_by_role("button", name="Name 1 sample").click()

    def counts() -> dict[str, int]:
        return {each["name"]: each["num_named"] for each in project.state()["classes"]}

    wait_until(lambda: counts() == {"circle": 0, "square": 1}, "the file's name")


@pytest.mark.wide
def test_names__a_table_without_the_columns_is_refused_in_words(
    project: Screen, page: Page, tmp_path: Path, complaints: Complaints
) -> None:
    complaints.expected = ("422",)
    path = tmp_path / "else.csv"
    path.write_text("a,b\n1,2\n")
    DataScreen(page, project.url).drop(path, zone="#data-names-drop")
    expect(page.locator(".notice-toast.error")).to_contain_text("else.csv")
    expect(page.locator("#data-names-drop")).to_be_visible()
    good = names(tmp_path / "good.csv", [("circle/000.png", "circle")])
    DataScreen(page, project.url).drop(good, zone="#data-names-drop")
    expect(page.locator("#data-names-found")).to_contain_text("1 sample without a name")
    expect(page.locator(".notice-toast.error")).to_have_count(0)
