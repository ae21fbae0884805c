"""Two people at one project, each in a browser of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page

from tests.browser.screen import wait_until
from tests.patience import PATIENCE

PARTS = "(window.lodemap ?? window.lodemapReview).parts()"
RANGE_JS = f"() => {{ const p = {PARTS}; return (p.map ?? p.stage).main.stance.of; }}"
STATE_JS = f"key => {{ const v = {PARTS}.state.get()[key]; return v?.ids ? [...v.ids] : v; }}"


@contextmanager
def another(context: BrowserContext, width: int = 1500, height: int = 900) -> Iterator[Page]:
    """A page of a second person's, with a window of another size."""
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.set_default_timeout(15_000 * PATIENCE)
    try:
        yield page
    finally:
        page.close()


def introduce(page: Page, url: str, name: str) -> None:
    """Be somebody, as after the question for a name."""
    assert page.request.post(f"{url}/api/session", data={"name": name}).ok


def bar(page: Page) -> Locator:
    return page.locator("#top-live")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def press_by_keyboard(page: Page, name: str) -> None:
    """Reach a button of the bar by Tab alone."""
    page.locator("#shell-switcher").get_by_role("button").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent.trim()") == name:
            break
    page.keyboard.press("Enter")


def stance(page: Page) -> Any:
    return page.evaluate(RANGE_JS)


def state(page: Page, key: str) -> Any:
    return page.evaluate(STATE_JS, key)


def centre(page: Page) -> list[float]:
    """The middle of a flat view, and its height, in map units."""
    of = stance(page)
    return [sum(of["x"]) / 2, sum(of["y"]) / 2]


def sees_all_of(page: Page, other: Page) -> bool:
    """Whether a flat view has the middle of another, and all of it in sight, tightly."""
    mine, theirs = stance(page), stance(other)
    gaps = [
        (theirs[axis][0] - mine[axis][0], mine[axis][1] - theirs[axis][1], theirs[axis])
        for axis in ("x", "y")
    ]
    shares = [[gap / (of[1] - of[0]) for gap in (low, high)] for low, high, of in gaps]
    is_same_middle = all(abs(low - high) < 0.01 for low, high in shares)
    return is_same_middle and abs(min(low for low, _ in shares)) < 0.01


def wait_to_see_all_of(page: Page, other: Page) -> None:
    wait_until(lambda: sees_all_of(page, other), "the presenter's view")


def middle(page: Page) -> tuple[float, float]:
    box = page.locator("#main-pane").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
