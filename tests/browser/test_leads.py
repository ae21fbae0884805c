"""Where to look next, and Find: from the first map, by keys alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen, wait_until
from tests.browser.two_people import middle
from tests.patience import PATIENCE

SAY_JS = """async () => {
    const { name } = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/shell/toasts.mjs'));
    const { showToast } = await import(name);
    ['apple', 'pear'].forEach((text) => showToast({ text: ['213 samples named ', { strong: text }], action: { label: 'Undo' }, seconds: 60 }));
    showToast({ title: 'The map could not be saved', text: 'The disk is full. Free some room on the server.', kind: 'error', action: { label: 'Try again' } });
}"""  # noqa: E501
COVERED_JS = """() => {
    const boxes = [...document.querySelectorAll('.notice-toast')].map((each) => each.getBoundingClientRect());
    const meet = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
    const kept = document.querySelectorAll('.lead-ring:not([hidden]), .side, .timeline, #selection-bar');
    const covered = [...kept].filter((each) => boxes.some((box) => meet(box, each.getBoundingClientRect())));
    const overlap = boxes.some((one, nth) => boxes.slice(nth + 1).some((other) => meet(one, other)));
    return [...covered.map((each) => each.className), ...(overlap ? ['each other'] : [])];
}"""  # noqa: E501
WHOLE_JS = """async () => {
    const { name } = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/insight/leadcard.mjs'));
    const { leadBody } = await import(name);
    const classes = [{ class_index: 0, name: 'alarm clock', color: 0, merged_into: null }];
    const lead = { kind: 'wrong', sample: 1, class_index: 0, rival: 0, top: [], near: [] };
    const card = { classes, isCurrent: true, count: 1, nth: 1, of: 9, again: '', waits: '', act: {} };
    document.querySelector('#leads-body').replaceChildren(...leadBody(lead, card));
    return [...document.querySelectorAll('.lead-acts .clip')].every(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth);
}"""  # noqa: E501
OPEN_JS = "() => Number(document.querySelector('#leads-tabs [data-kind=group] .num').textContent)"


def test_leads__are_walked_named_and_rejected(screen: Screen, page: Page) -> None:
    """J selects a group, its class is a key, X takes one out and undo brings it back."""
    screen.open()
    panel = page.locator("#leads")
    expect(panel).to_contain_text("alike that nobody has named", timeout=20_000 * PATIENCE)
    count = wait_until(lambda: page.evaluate(OPEN_JS), "groups")
    screen.press("j")
    first = wait_until(screen.selected, "a group")
    assert first > 5
    expect(page.locator(".lead-ring.at")).to_have_count(1)
    screen.press("x")
    wait_until(lambda: page.evaluate(OPEN_JS) == count - 1, "one group less")
    screen.press("Control+z")
    wait_until(lambda: page.evaluate(OPEN_JS) == count, "it is back")
    page.reload()
    screen.wait_for_points()
    expect(panel).to_contain_text("alike that nobody has named", timeout=20_000 * PATIENCE)
    screen.press("j")
    wait_until(lambda: screen.selected() == first, "the same group")
    screen.press("1")
    screen.introduce()
    screen.wait_for_named(first)
    expect(panel).to_contain_text("1 of")
    screen.press("Escape")
    screen.press("Enter")  # nothing is at hand: an Update
    screen.wait_for_run(1, "queued", "running", "finished")
    expect(panel).to_contain_text("Before this Update")
    panel.get_by_role("button", name="Look here next").click()
    screen.wait_for_run(1, "finished", within_s=60)
    screen.press("j")
    assert screen.selected() == 0, "a closed panel has no keys"


def test_lead__what_can_be_done_with_it_is_said_whole(screen: Screen, page: Page) -> None:
    screen.open()
    for width in (1280, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(WHOLE_JS), f"cut at {width} pixels"


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_messages__cover_no_ring_no_panel_and_not_one_another(
    screen: Screen, page: Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    screen.open()
    expect(page.locator("#leads")).to_contain_text("alike that", timeout=20_000 * PATIENCE)
    screen.press("j")
    expect(page.locator(".lead-ring.at")).to_have_count(1)
    screen.wait_for_rest()
    page.evaluate(SAY_JS)
    expect(page.locator(".notice-toast")).to_have_count(3)
    wait_until(lambda: page.evaluate(COVERED_JS) == [], "messages that stand free")
    page.mouse.move(*middle(page))
    page.mouse.wheel(0, -300)  # the rings go elsewhere
    screen.wait_for_rest()
    wait_until(lambda: page.evaluate(COVERED_JS) == [], "messages that stand free again")


def test_find__selects_and_leads_to_what_is_alike(screen: Screen, page: Page) -> None:
    screen.open()
    screen.press("/")
    field = page.get_by_label("Find samples by id, class or text", exact=True).first
    box = page.locator(".find-box")
    expect(box).to_contain_text("Type a class, or the number of a sample.")
    page.keyboard.type("zzz")
    expect(box).to_contain_text("Nothing is called that.")
    page.locator(".find-box input").fill("12")
    expect(box.get_by_role("option", name="sample 12")).to_be_visible()
    page.keyboard.press("Enter")
    expect(box).to_have_count(0)
    wait_until(lambda: screen.selected() == 1, "the sample is selected")
    screen.press("Shift+L")
    wait_until(lambda: screen.selected() == 51, "those like it as well")
    screen.press("Control+f")
    screen.press("Escape")
    expect(box).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
