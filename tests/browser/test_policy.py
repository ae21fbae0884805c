"""The Content-Security-Policy in a real browser: plots are drawn, and nothing is blocked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.pages.web import serve

PAGE = """
import dash
from dash import dcc, html

dash.register_page(__name__, path="/", title="Plots")
CONFIG = {"displaylogo": False, "showSendToCloud": False}


def plot(id: str, trace: dict[str, object]) -> dcc.Graph:
    return dcc.Graph(id=id, figure={"data": [trace]}, config=CONFIG)


def layout(**_: str) -> html.Div:
    flat = {"type": "scatter", "mode": "markers", "x": [0, 1], "y": [0, 1]}
    deep = {"type": "scatter3d", "mode": "markers", "x": [0, 1], "y": [0, 1], "z": [0, 1]}
    return html.Div([plot("flat", flat), plot("deep", deep)])
"""


@pytest.fixture(scope="module")
def shown(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Page, list[str]]]:
    """A page with a plot in 2D and one in 3D, and every complaint of the browser."""
    folder: Path = tmp_path_factory.mktemp("policy")
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    with serve(folder, page=PAGE) as served:
        page = browser.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"http://127.0.0.1:{served.port}/", timeout=60_000)
        yield page, complaints
        page.close()


def test_policy__plots_in_2d_and_3d_need_no_eval(shown: tuple[Page, list[str]]) -> None:
    page, complaints = shown
    expect(page.locator("#flat .nsewdrag").first).to_be_visible(timeout=60_000)
    expect(page.locator("#deep canvas").first).to_be_visible(timeout=60_000)
    assert [text for text in complaints if "Security Policy" in text or "unsafe-eval" in text] == []


def test_policy__a_script_that_slipped_in_is_not_run(shown: tuple[Page, list[str]]) -> None:
    page, _ = shown
    expect(page.locator("#flat .nsewdrag").first).to_be_visible(timeout=60_000)
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.__xss = 1';"
        " document.body.append(s); const d = document.createElement('div');"
        " d.innerHTML = '<img src=x onerror=\"window.__xss = 2\">'; document.body.append(d); }"
    )
    page.wait_for_function("() => document.images.length > 0 && document.images[0].complete")
    assert page.evaluate("() => window.__xss ?? null") is None


def test_sockets__none_is_opened(shown: tuple[Page, list[str]]) -> None:
    page, _ = shown
    assert (
        page.evaluate("() => document.getElementById('_dash-config').textContent").find(
            "_dash-ws-callback"
        )
        == -1
    )
