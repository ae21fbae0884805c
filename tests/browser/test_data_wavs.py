"""From a zip of wavs to named clusters, and away with them, by what the screen says alone."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, expect

from tests.browser.conftest import both_modes
from tests.browser.data_screen import DataScreen, folder_of_tones
from tests.browser.screen import Screen
from tests.browser.shared_app import SharedApp


@pytest.fixture
def wavs(tmp_path: Path) -> Path:
    folder = folder_of_tones(tmp_path / "tones", per_class=20)
    return Path(shutil.make_archive(str(tmp_path / "tones"), "zip", folder))


@both_modes
def test_wavs__become_named_clusters_and_leave_again(
    page: Page, shared_app: SharedApp, wavs: Path
) -> None:
    data = DataScreen(page, shared_app.url)
    data.open()
    data.choose(wavs)
    data.wait_until_read()
    expect(page.locator("#data-file-words")).to_contain_text("40 recordings, 2 classes")
    screen = Screen(page, data.url, data.make())
    screen.wait_for_points()
    screen.settle()
    num_low = name_cluster(screen, 0, "1")
    num_high = name_cluster(screen, 1, "2")
    assert saved_selection(page) == num_high
    screen.button("Update").click()
    screen.wait_for_run(1, "finished", within_s=90)
    data.open(f"?project={screen.project_id}")
    expect(page.locator("#set-named")).to_have_text(str(num_low + num_high))
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download annotations, CSV").click()
    assert rows_of(Path(taken.value.path())) == num_low + num_high
    network = page.get_by_role("link", name="Download network, ZIP")
    with page.expect_download() as taken:
        network.click()
        expect(network).to_have_attribute("aria-busy", "true")
    assert taken.value.suggested_filename.endswith("- network - run 1 epoch 6.zip")
    expect(network).to_have_text("ZIP")


def test_long_recordings__held_out_are_told_before_they_are_kept(
    page: Page, shared_app: SharedApp, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    files = [tmp_path / "dawn.wav", tmp_path / "dusk.wav"]
    for file in files:
        soundfile.write(file, rng.normal(0, 0.1, 16 * 8000), 8000)
    data = DataScreen(page, shared_app.url)
    data.open()
    data.choose(*files)
    data.wait_until_read()
    expect(page.locator("#data-held-words")).to_have_text("50 %, 4 windows, 1 recording")
    expect(page.locator("#data-held-note")).to_contain_text("none comes nearer to 20%")
    page.locator("#data-held").fill("0")
    expect(page.locator("#data-held-words")).to_have_text("0 %, 0 samples")
    expect(page.locator("#data-held-note")).to_be_hidden()


def name_cluster(screen: Screen, label: int, key: str) -> int:
    """Lasso a cluster and name it; return how many samples that named."""
    before = screen.state()["num_named"]
    screen.lasso(screen.middle_of(label))
    screen.press(key)
    if before == 0:
        screen.introduce("Ada")
    screen.wait_for_named(before + screen.selected())
    return int(screen.state()["num_named"]) - int(before)


def saved_selection(page: Page) -> int:
    """Save the places of what is selected, by the bar below it; return how many rows came."""
    page.get_by_role("button", name="Save the selection").click()
    with page.expect_download() as taken:
        page.get_by_role("menuitem", name="Places as CSV").click()
    return rows_of(Path(taken.value.path()))


def rows_of(path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return len(list(csv.DictReader(file)))
