import stat
import threading
import webbrowser
from pathlib import Path

import pytest

from pages.serving import open_browser

SCREEN = {"DISPLAY": ":0"}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a browser would have been given, one address each."""
    addresses: list[str] = []
    monkeypatch.setattr(webbrowser, "open", addresses.append)
    return addresses


def wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread.name == "open-browser":
            thread.join()


def test_open_browser__an_open_app_by_its_address(opened: list[str], tmp_path: Path) -> None:
    open_browser("http://127.0.0.1:8050/", tmp_path / "open.html", SCREEN)
    wait_for_threads()
    assert opened == ["http://127.0.0.1:8050/"]
    assert list(tmp_path.iterdir()) == []


def test_open_browser__keeps_the_token_out_of_the_arguments(
    opened: list[str], tmp_path: Path
) -> None:
    redirect = tmp_path / "open.html"
    redirect.write_text("of the last start")
    redirect.chmod(0o644)
    open_browser("http://127.0.0.1:8050/?token=secret", redirect, SCREEN)
    wait_for_threads()
    assert opened == [redirect.as_uri()]
    assert stat.S_IMODE(redirect.stat().st_mode) == 0o600
    assert 'content="0; url=http://127.0.0.1:8050/?token=secret"' in redirect.read_text()


def test_open_browser__not_without_a_screen(opened: list[str], tmp_path: Path) -> None:
    open_browser("http://127.0.0.1:8050/?token=secret", tmp_path / "open.html", {})
    wait_for_threads()
    assert (opened, list(tmp_path.iterdir())) == ([], [])
