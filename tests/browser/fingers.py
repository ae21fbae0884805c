"""Fingers and pens on a page, as the browser itself tells of them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from playwright.sync_api import CDPSession, Page

Path = Sequence[tuple[float, float]]
STEPS = 6


def _between(path: Path) -> list[tuple[float, float]]:
    """The corners of a path, and places on the way from each to the next."""
    places = []
    for (ax, ay), (bx, by) in pairwise(path):
        shares = [(step + 1) / STEPS for step in range(STEPS)]
        places += [(ax + (bx - ax) * u, ay + (by - ay) * u) for u in shares]
    return places


def touch(page: Page, path: Path) -> None:
    """Draw along a path with one finger."""
    session = page.context.new_cdp_session(page)
    _tell_touch(session, "touchStart", [path[0]])
    for place in _between(path):
        _tell_touch(session, "touchMove", [place])
    _tell_touch(session, "touchEnd", [])
    session.detach()


def pen(page: Page, path: Path) -> None:
    """Draw along a path with a pen."""
    session = page.context.new_cdp_session(page)
    _tell_pen(session, "mouseMoved", path[0], buttons=0)
    _tell_pen(session, "mousePressed", path[0], button="left", clickCount=1)
    for place in _between(path):
        _tell_pen(session, "mouseMoved", place, button="left")
    _tell_pen(session, "mouseReleased", path[-1], button="left", buttons=0, clickCount=1)
    session.detach()


def _tell_touch(session: CDPSession, kind: str, places: Path) -> None:
    points = [{"x": x, "y": y} for x, y in places]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def _tell_pen(session: CDPSession, kind: str, at: tuple[float, float], **more: Any) -> None:
    values = {
        "type": kind,
        "x": at[0],
        "y": at[1],
        "pointerType": "pen",
        "buttons": 1,
        "force": 0.5,
    }
    session.send("Input.dispatchMouseEvent", {**values, **more})
