"""What the hints say before there are clusters to name."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp

pytestmark = pytest.mark.usefixtures("without_network")


@pytest.mark.wide
def test_hints__say_that_the_map_forms_before_they_speak_of_clusters(
    page: Page, shared_app: SharedApp
) -> None:
    screen = Screen(page, shared_app.url, shared_app.bare_project("forming"))
    screen.open()
    hints = page.locator("#hints")
    expect(hints).to_contain_text("forming itself")
    expect(page.locator("#hints ol")).to_be_hidden()
    screen.wait_for_run(0, "running")
    page.locator("#stop").click()
    screen.wait_for_run(0, "stopped", "finished")


@pytest.mark.wide
def test_map_stopped_at_epoch_0__is_formed_again(page: Page, shared_app: SharedApp) -> None:
    points = np.random.default_rng(6).normal(size=(300, 2)).astype(np.float32)
    project_id = shared_app.drawn_project("unformed", points, is_unformed=True)
    screen = Screen(page, shared_app.url, project_id)
    screen.open()
    expect(page.locator("#hints")).to_contain_text("stopped before it could form")
    before = screen.positions()
    page.get_by_role("button", name="Start again").click()
    wait_until(lambda: len(screen.state()["runs"]) == 2, "another pretraining")
    expect(page.locator("#hints")).not_to_contain_text("stopped before it could form")
    screen.wait_for_motion(before, within_s=60)
    wait_until(lambda: screen.state()["runs"][-1]["last_epoch"] >= 1, "an epoch", 60)
    page.locator("#stop").click()


@pytest.mark.wide
def test_hints__of_a_project_with_classes_fit_beside_the_panels(
    page: Page, shared_app: SharedApp
) -> None:
    points = np.random.default_rng(6).normal(size=(300, 2)).astype(np.float32)
    screen = Screen(page, shared_app.url, shared_app.drawn_project("taught", points))
    screen.open()
    hints = page.locator("#hints")
    expect(hints).to_contain_text("press the key of its class")
    for width in (1000, 1280, 1400, 1699, 1700):
        page.set_viewport_size({"width": width, "height": 800})
        assert hints.evaluate("node => node.scrollWidth <= node.clientWidth"), width
