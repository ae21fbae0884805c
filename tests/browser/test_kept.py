"""What a page loads is kept: opened again, it asks for none of our scripts and styles."""

import re
from collections import Counter

from playwright.sync_api import Page, expect

from tests.browser.screen import Screen

FILES_JS = """() => performance.getEntriesByType("resource")
    .filter((each) => /\\.(m?js|css|svg)(\\?|$)/.test(each.name))
    .map((each) => [new URL(each.name).pathname, each.transferSize])"""
OF_DASH = "/_dash-component-suites/dash/dcc/async-graph.js"
"""Small, and asked for by its bare name."""
PLOTLY = re.compile(
    r"/_dash-component-suites/plotly/package_data/plotly\.v[\w-]+m[0-9a-f]{12}\.min\.js"
)


def test_page__opened_again_asks_for_no_file_of_ours(screen: Screen, page: Page) -> None:
    screen.open()
    page.reload()
    screen.wait_for_points()
    taken = dict(page.evaluate(FILES_JS))
    assert len(taken) > 100
    assert {name for name, num_bytes in taken.items() if num_bytes} <= {OF_DASH}


def test_plotly__comes_once_by_its_version_also_on_a_later_page(screen: Screen, page: Page) -> None:
    asked: Counter[str] = Counter()
    page.on("request", lambda request: asked.update([request.url.removeprefix(screen.url)]))
    page.goto(f"{screen.url}/projects?project={screen.project_id}")
    page.get_by_role("link", name="Map", exact=True).click()
    screen.wait_for_points()
    expect(page.locator("#map-graph .js-plotly-plot")).to_have_count(1)
    (address,) = [name for name in asked.elements() if "plotly.min" in name or PLOTLY.match(name)]
    assert PLOTLY.fullmatch(address)
