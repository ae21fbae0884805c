"""The question for a display name stands beside the work: no gesture waits behind it or is lost."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.screen import Screen, wait_until


@pytest.fixture
def card(page: Page) -> Locator:
    return page.locator("#name-card")


def gestures(screen: Screen) -> list[Any]:
    """What people did, oldest first."""
    said = screen.get(f"/api/projects/{screen.project_id}/state")["gestures"]
    return [each for each in said if each["verb"] == "annotate"]


def name_two(screen: Screen, card: Locator) -> int:
    """Name two clusters without looking at the question; return how many samples that are."""
    screen.open()
    first = screen.lasso(screen.middle_of(1))
    screen.press("1")
    expect(card.get_by_label("Display name")).to_be_focused()
    second = screen.lasso(screen.middle_of(2))
    assert min(first, second) > 5
    screen.press("2")
    return first + second


@pytest.mark.wide
def test_name__given_late_is_on_every_gesture_so_far(
    screen: Screen, page: Page, card: Locator
) -> None:
    count = name_two(screen, card)
    expect(page.locator("#palette-named")).to_contain_text(f"{count:,} of")
    screen.introduce("Ada")
    screen.wait_for_named(count)
    assert [each["author"] for each in gestures(screen)] == ["Ada", "Ada"]


def test_key__right_after_the_first_is_a_gesture_not_a_letter(
    screen: Screen, page: Page, card: Locator
) -> None:
    screen.open()
    count = screen.lasso(screen.middle_of(1))
    screen.press("1")
    expect(card.get_by_label("Display name")).to_be_focused()
    screen.press("2")
    expect(page.locator(".notice-toast").last).to_contain_text(f"{count} samples named 2")
    page.keyboard.type("Ada")
    expect(card.get_by_label("Display name")).to_have_value("Ada")
    screen.press("Enter")
    screen.wait_for_named(count)
    assert [each["author"] for each in gestures(screen)] == ["Ada", "Ada"]


def test_update__goes_on_without_a_name_and_learns_from_all(screen: Screen, card: Locator) -> None:
    count = name_two(screen, card)
    screen.press("Enter")
    expect(card).to_have_count(0)
    screen.wait_for_named(count)
    run = screen.wait_for_run(1, "running", "finished")
    assert run["seq"] >= gestures(screen)[-1]["seq"]
    assert len({each["author"] for each in gestures(screen)}) == 1


@pytest.mark.wide
def test_undo__takes_back_what_waits(screen: Screen, card: Locator) -> None:
    screen.open()
    screen.lasso(screen.middle_of(1))
    screen.press("1")
    expect(card).to_be_visible()
    screen.press("Control+z")
    expect(card).to_have_count(0)
    wait_until(lambda: screen.state()["redo"], "something to do again")
    screen.wait_for_named(0)


def test_leaving__keeps_what_waits(screen: Screen, page: Page, card: Locator) -> None:
    screen.open()
    count = screen.lasso(screen.middle_of(1))
    screen.press("1")
    expect(card).to_be_visible()
    page.reload()
    screen.wait_for_points()
    screen.wait_for_named(count)
    expect(card).to_have_count(0)


@pytest.mark.wide
def test_mouse__saves_or_declines(screen: Screen, card: Locator) -> None:
    screen.open()
    count = screen.lasso(screen.middle_of(1))
    screen.press("1")
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_role("alert")).to_have_text("Type a display name.")
    card.get_by_role("button", name="Not now").click()
    screen.wait_for_named(count)
    screen.lasso(screen.middle_of(2))
    screen.press("2")
    wait_until(lambda: screen.state()["num_named"] > count, "a second name")
    expect(card).to_have_count(0)


def leave_the_tab(page: Page) -> None:
    """Look at another tab."""
    page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
            delete document.hidden;
        }"""
    )


def named_at_a_stopped_clock(screen: Screen) -> int:
    """Name points before anybody knows by whom, the page's clock ours; return how many."""
    screen.page.clock.install()
    screen.open()
    count = screen.lasso(screen.middle_of(1))
    screen.press("1")
    return count


def test_gesture__waits_half_a_minute_and_goes_out_as_a_guest_s(
    screen: Screen, page: Page, card: Locator
) -> None:
    """The offer stays where the name stands; a name given there goes for what came before, too."""
    count = named_at_a_stopped_clock(screen)
    expect(card.get_by_label("Display name")).to_be_focused()
    expect(page.locator("#palette-named")).to_contain_text(f"{count:,} of")
    assert gestures(screen) == []
    kept = "() => Object.keys(localStorage).filter(name => name.startsWith('lodemap.outbox.'))"
    assert len(page.evaluate(kept)) == 1, "a crash of the tab would lose it"
    page.clock.fast_forward(31_000)
    screen.wait_for_named(count)
    expect(card).to_have_count(0)
    assert [each["author"] for each in gestures(screen)] == ["Guest"]
    offer = page.get_by_role("button", name="Choose a display name")
    expect(offer).to_contain_text("Add your name")
    offer.click()
    screen.answer("Display name", "Ada")
    expect(page.get_by_label("You are Ada")).to_contain_text("Ada")
    more = screen.lasso(screen.middle_of(2))
    screen.press("2")
    wait_until(lambda: len(gestures(screen)) == 2 and more, "a second gesture")
    assert [each["author"] for each in gestures(screen)] == ["Ada", "Ada"]


@pytest.mark.wide
def test_name__begun_when_the_time_is_up_may_be_finished(
    screen: Screen, page: Page, card: Locator
) -> None:
    count = named_at_a_stopped_clock(screen)
    page.keyboard.type("Ad")
    page.clock.fast_forward(31_000)
    screen.wait_for_named(count)
    assert [each["author"] for each in gestures(screen)] == ["Guest"]
    expect(card.get_by_label("Display name")).to_have_value("Ad")
    page.keyboard.type("a")
    screen.press("Enter")
    expect(card).to_have_count(0)
    expect(page.get_by_label("You are Ada")).to_be_visible()


def test_leaving_the_tab__lets_others_see_what_waits(
    screen: Screen, page: Page, card: Locator
) -> None:
    screen.open()
    count = screen.lasso(screen.middle_of(1))
    screen.press("1")
    expect(card).to_be_visible()
    leave_the_tab(page)
    screen.wait_for_named(count)
    expect(card).to_have_count(0)
    expect(page.get_by_role("button", name="Choose a display name")).to_contain_text(
        "Add your name"
    )
