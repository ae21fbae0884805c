"""Sixty who ask for what hangs: more than the app has threads to answer in."""

import threading
from concurrent.futures import ThreadPoolExecutor

from tests.pages.web import Served

MANY = 60


def ask_while_it_hangs(
    served: Served, path: str, is_there: threading.Event, goes_on: threading.Event
) -> None:
    """Ask for a path many times; check that others are answered meanwhile, and all of them at last.

    Args:
        served: The app.
        path: What hangs.
        is_there: Set by what hangs, once somebody waits for it.
        goes_on: What it waits for.
    """
    with ThreadPoolExecutor(MANY) as strangers:
        asked = [strangers.submit(lambda: served.browser().get(path).status) for _ in range(MANY)]
        try:
            assert is_there.wait(20)
            assert served.browser().get("/api/projects").status == 200, "there are threads left"
        finally:
            goes_on.set()
        assert {each.result() for each in asked} == {200}
