"""From files to a forming map, by mouse and keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.data_screen import DataScreen, folder_of_tones, table, zip_of_pictures
from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp
from tests.patience import PATIENCE
from tests.source import ROOT

RECORDINGS = ROOT.parent / "shared" / "data" / "raw" / "fsdd" / "recordings"


@pytest.fixture
def data(page: Page, shared_app: SharedApp) -> DataScreen:
    """The Data page, about to bring in something."""
    screen = DataScreen(page, shared_app.url)
    screen.open()
    return screen


def test_pictures__from_a_zip_to_a_map(data: DataScreen, page: Page, tmp_path: Path) -> None:
    data.choose(zip_of_pictures(tmp_path / "round_things.zip"))
    data.wait_until_read()
    expect(page.locator("#data-name")).to_have_value("Round things")
    expect(page.locator("#data-file-words")).to_contain_text("80 pictures, 2 classes")
    expect(page.locator("#data-checks")).to_contain_text("80 readable")
    expect(page.locator("#data-preview .preview-row")).to_have_count(2)
    expect(page.locator("[aria-current=step]")).to_contain_text("Check")
    hold_out_a_tenth(page)
    page.locator("#data-name").fill("Circles and squares")
    project_id = data.make()
    screen = Screen(page, data.url, project_id)
    screen.wait_for_points()
    state = screen.state()
    assert state["project"]["name"] == "Circles and squares"
    assert [each["name"] for each in state["classes"]] == ["circle", "square"]
    assert state["num_named"] == 0
    data.rest(screen)
    data.wait_for_no_import()


def hold_out_a_tenth(page: Page) -> None:
    """With the keyboard: from a fifth, ten steps to the left."""
    expect(page.locator("#data-held-words")).to_have_text("20 %, 16 samples")
    page.locator("#data-held").focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#data-held-words")).to_have_text("10 %, 8 samples")
    expect(page.locator("#data-balance li").first).to_contain_text("364")
    expect(page.locator("#data-thin")).to_contain_text("Every class is small")
    expect(page.locator("[aria-current=step]")).to_contain_text("Check and split")


@pytest.mark.wide
def test_sounds__a_folder_is_seen_heard_and_mapped(
    data: DataScreen, page: Page, tmp_path: Path
) -> None:
    data.choose_folder(RECORDINGS if RECORDINGS.is_dir() else folder_of_tones(tmp_path / "tones"))
    data.wait_until_read()
    expect(page.locator("[data-source=spectrogram]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#data-file-name")).to_have_text(re.compile("^(recordings|tones)$"))
    expect(page.locator("#data-file-words")).to_contain_text("recordings")
    names = page.locator("#data-preview .preview-name").all_inner_texts()
    assert names == page.locator("#data-balance .bar > .clip").all_inner_texts()
    tile = page.locator("#data-preview [data-sound]").first
    with page.expect_response(lambda answer: "/sounds/" in answer.url) as heard:
        tile.click()
    assert heard.value.headers["content-type"] == "audio/wav"
    screen = Screen(page, data.url, data.make())
    screen.wait_for_points()
    data.rest(screen)


@pytest.mark.wide
def test_sounds__another_length_reads_them_again(
    data: DataScreen, page: Page, tmp_path: Path
) -> None:
    data.choose_folder(folder_of_tones(tmp_path / "tones", per_class=3))
    data.wait_until_read()
    expect(page.locator("#data-file-words")).to_contain_text("6 recordings")
    page.locator("#data-window").select_option("0.25")
    words = page.locator("#data-file-words")
    expect(words).to_contain_text("6 recordings, 12 windows", timeout=30_000 * PATIENCE)
    assert data.imports()[0]["options"]["sound"]["window_s"] == 0.25


@pytest.mark.wide
def test_preview__shows_that_there_is_more_below(
    data: DataScreen, page: Page, tmp_path: Path
) -> None:
    names = [f"class {n:02d}" for n in range(14)]
    data.choose(zip_of_pictures(tmp_path / "many.zip", names, per_class=3))
    data.wait_until_read()
    preview = page.locator("#data-preview")
    expect(preview).to_have_attribute("data-more", "down")
    preview.hover()
    page.mouse.wheel(0, 4000)
    expect(preview).to_have_attribute("data-more", "up")


def test_table__a_column_becomes_the_label(data: DataScreen, page: Page, tmp_path: Path) -> None:
    data.drop(table(tmp_path / "birds.csv"))
    data.wait_until_read()
    page.locator("#data-labels").select_option("species")
    expect(page.locator("#data-file-words")).to_contain_text("3 classes", timeout=30_000 * PATIENCE)
    expect(page.locator("#data-labels")).to_have_value("species")
    page.locator(".columns summary").click()
    page.locator("[data-column=site]").select_option("label")
    expect(page.locator("#data-file-words")).to_contain_text("2 classes", timeout=30_000 * PATIENCE)
    expect(page.locator("[data-column=species]")).to_have_value("none")


@pytest.mark.wide
def test_files__several_dropped_at_once_are_one_import(
    data: DataScreen, page: Page, tmp_path: Path
) -> None:
    inside = folder_of_tones(tmp_path / "tones", per_class=3) / "330 Hz"
    data.drop(*sorted(inside.glob("*.wav")), zone="[data-source=image]")
    data.wait_until_read()
    expect(page.locator("#data-file-name")).to_have_text("00.wav and 2 more")
    expect(page.locator("#data-file-words")).to_contain_text("3 recordings")


@pytest.mark.wide
def test_sample_set__one_press_shows_what_an_import_is(data: DataScreen, page: Page) -> None:
    page.locator("[data-source=sample]").click()
    expect(page.locator("dialog[open] [type=radio]")).to_have_count(5)
    page.keyboard.press("Enter")
    data.wait_until_read()
    expect(page.locator("#data-file-words")).to_contain_text("1,797 pictures, 10 classes")
    expect(page.locator("#data-given [aria-checked=true]")).to_have_text("As the files say")
    page.locator("#data-cancel").click()
    page.locator("dialog[open]").get_by_role("button", name="Discard").click()
    data.wait_for_no_import()


@pytest.mark.wide
def test_what_is_read__is_discarded_or_replaced_after_a_question_only(
    data: DataScreen, page: Page, tmp_path: Path
) -> None:
    data.choose(zip_of_pictures(tmp_path / "first.zip"))
    data.wait_until_read()
    question, name = page.locator("dialog[open]"), page.locator("#data-file-name")
    page.locator("#data-cancel").click()
    expect(question).to_contain_text("Discard first.zip?")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    for answer, shown in [("Keep", "first.zip"), ("Discard", "second.zip")]:
        with page.expect_file_chooser() as opened:
            page.locator("#data-file-act").click()
        opened.value.set_files(zip_of_pictures(tmp_path / "second.zip"))
        expect(question).to_contain_text("Discard first.zip?")
        question.get_by_role("button", name=answer).click()
        expect(name).to_have_text(shown)
        data.wait_until_read()


def test_keyboard__chooses_a_file_and_makes_the_map(
    data: DataScreen, page: Page, tmp_path: Path
) -> None:
    page.locator("[data-source=image]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-source=spectrogram]")).to_have_attribute("aria-pressed", "true")
    # listening begins before the way there: the browser is told of it a moment later
    with page.expect_file_chooser() as opened:
        for _ in range(3):
            page.keyboard.press("Tab")
        expect(page.locator("#data-choose")).to_be_focused()
        page.keyboard.press("Enter")
    opened.value.set_files(zip_of_pictures(tmp_path / "a.zip"))
    data.wait_until_read()
    page.locator("#data-view [aria-checked=true]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#data-view [data-value=random]")).to_be_focused()
    page.locator("#data-name").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?project=*")
    data.rest(Screen(page, data.url, page.url.rpartition("=")[2]))


@pytest.mark.wide
def test_data_set__shows_how_far_its_classes_are_named(screen: Screen, page: Page) -> None:
    screen.open()
    screen.lasso(screen.middle_of(0))
    screen.press("1")
    screen.introduce("Ada")
    wait_until(lambda: screen.state()["num_named"] > 0, "names")
    num_named = screen.state()["num_named"]
    DataScreen(page, screen.url).open(f"?project={screen.project_id}")
    expect(page.locator("#set-named")).to_have_text(f"{num_named:,}")
    expect(page.locator("#set-samples")).to_have_text("1,797")
    expect(page.locator("#data-set .preview-rows")).to_have_css("height", "405px")  # also empty
    expect(page.locator("#set-balance li")).to_have_count(10)
    expect(page.locator("#set-balance li").first.locator(".num").first).to_have_text(str(num_named))
    page.get_by_role("link", name="Bring in another data set").click()
    expect(page.locator("#data-choose")).to_be_visible()
    expect(page.locator("#data-drop input")).to_have_count(2)  # not again for each look at it
    page.locator("#data-cancel").click()
    expect(page.locator("#data-set-title")).to_be_visible()
    # the link beside the title leads there again
    page.get_by_role("link", name="Bring in another data set").click()
    expect(page.locator("#data-choose")).to_be_visible()
