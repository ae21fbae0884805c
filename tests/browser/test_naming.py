"""Naming: the palette's rows, menus and dialogs, the toast's Undo, and Auto-update."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import both_modes
from tests.browser.screen import Screen, wait_until


def row(page: Page, name: str) -> Locator:
    """The palette's row of a class."""
    return page.locator(".palette-row", has=page.get_by_text(name, exact=True))


def choose(page: Page, name: str, entry: str) -> None:
    """Open a class's menu by the right mouse button and take an entry."""
    row(page, name).click(button="right")
    page.get_by_role("menuitem", name=entry).click()


def classes(screen: Screen) -> list[str]:
    """Names of the living classes, in the order of their keys."""
    return [each["name"] for each in screen.state()["classes"] if each["merged_into"] is None]


def test_keys__name_clear_and_mark_as_unsure(screen: Screen, page: Page) -> None:
    screen.open()
    count = screen.lasso(screen.middle_of(0))
    screen.press("3")
    screen.introduce()
    screen.wait_for_named(count)
    screen.press("u")
    screen.wait_for_named(0)
    assert screen.state()["num_unsure"] == count
    expect(row(page, "unsure").locator(".num")).to_have_text(f"{count:,}")
    screen.press("0")
    wait_until(lambda: screen.state()["num_unsure"] == 0, "nothing unsure")
    screen.press("Control+z")
    wait_until(lambda: screen.state()["num_unsure"] == count, "unsure again")


@pytest.mark.wide
def test_toast__takes_back_what_it_speaks_of(screen: Screen, page: Page) -> None:
    screen.open()
    count = screen.lasso(screen.middle_of(4))
    row(page, "4").get_by_role("button", name="Name the selection 4").click()
    screen.introduce()
    screen.wait_for_named(count)
    toast = page.locator(".notice-toast")
    expect(toast).to_contain_text(f"{count} samples named 4")
    toast.get_by_role("button", name="Undo").click()
    screen.wait_for_named(0)


def test_classes__are_added_renamed_recoloured_and_merged(screen: Screen, page: Page) -> None:
    screen.open()
    count = screen.lasso(screen.middle_of(0))
    screen.press("1")
    screen.introduce()
    screen.wait_for_named(count)
    before = classes(screen)
    page.get_by_role("button", name="Add class").click()
    screen.answer("Name", "loops")
    wait_until(lambda: classes(screen) == [*before, "loops"], "a new class")
    choose(page, "loops", "Rename")
    screen.answer("Name", "rings")
    wait_until(lambda: classes(screen) == [*before, "rings"], "another name")
    choose(page, "rings", "Recolour")
    page.get_by_role("radio", name="sage square").click()
    page.get_by_role("button", name="Recolour", exact=True).click()
    wait_until(lambda: screen.state()["classes"][-1]["color"] == 20, "another colour")
    merge_away(screen, page, count, before)


def merge_away(screen: Screen, page: Page, count: int, before: list[str]) -> None:
    """Its samples take the other name; undo brings both classes back."""
    choose(page, "1", "Merge into another")
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Merge into").select_option(label="rings")
    dialog.get_by_role("button", name="Merge", exact=True).click()
    wait_until(lambda: "1" not in classes(screen), "merged")
    expect(row(page, "rings").locator(".num")).to_have_text(str(count))
    screen.wait_for_named(count)
    screen.press("Control+z")
    wait_until(lambda: classes(screen) == [*before, "rings"], "both classes back")
    expect(row(page, "1").locator(".num")).to_have_text(str(count))


@pytest.mark.wide
def test_names__that_will_not_do_are_refused_in_the_dialog(screen: Screen, page: Page) -> None:
    screen.open()
    screen.lasso(screen.middle_of(0))
    screen.press("n")
    dialog = page.locator("dialog[open]")
    field = dialog.get_by_label("Name", exact=True)
    for text, sentence in (
        ("   ", "Type a class name."),
        ("x" * 300, "The class name has 300 characters; 200 is the limit."),
        ("a\u202eb", "holds a character that cannot be seen"),
        ("3", "There is a class named 3 already"),
    ):
        field.fill(text)
        screen.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text(sentence)
    field.fill("<img src=x onerror=alert(1)>")
    screen.press("Enter")
    expect(dialog).to_have_count(0)
    screen.introduce()
    expect(row(page, "<img src=x onerror=alert(1)>")).to_be_visible()
    expect(page.locator("img[src=x]")).to_have_count(0)


@both_modes
def test_auto_update__learns_after_each_gesture_and_goes_with_it(
    screen: Screen, page: Page
) -> None:
    screen.open()
    page.get_by_role("checkbox", name="Auto").check()
    before = screen.positions()
    count = screen.lasso(screen.middle_of(1))
    screen.press("2")
    screen.introduce()
    screen.wait_for_named(count)
    screen.wait_for_run(1, "running", "finished")
    screen.wait_for_motion(before)
    screen.wait_for_run(1, "finished", within_s=60)
    screen.press("Control+z")
    screen.wait_for_named(0)
    wait_until(lambda: [r for r in screen.runs() if r["on_line"]] == screen.runs()[:1], "off")
    page.reload()
    screen.wait_for_points()
    expect(page.get_by_role("checkbox", name="Auto")).to_be_checked()
