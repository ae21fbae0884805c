"""How far followers are behind a presenter: one real page, and nineteen that only listen.

The presenter pans at a constant speed and tells where it is twenty times a second, as a page does.
A listener's lag is the age of a view when it arrives. The page's lag is how far its map is behind
in each frame it draws, over the speed: sending, the server, the way back, gliding and drawing.
The figure is the larger p95 of the two: nobody is further behind.
"""

import asyncio
import json
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from playwright.sync_api import Page
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.chromium import chromium
from benchmarks.hand import Hand
from benchmarks.served import Served, served
from benchmarks.sheet import Sheet

NUM_LISTENERS: Final = 19
PACE_S: Final = 0.05
SECONDS: Final = 12.0
QUICK_SECONDS: Final = 5.0
WARM_S: Final = 1.0
"""Before this the follower is still on its way to where the presenter began."""
SPEED: Final = 4.0
"""Map units a second."""
PATIENCE_MS: Final = 180_000
WATCH_JS: Final = """() => {
    const { map } = window.lodemap.parts();
    window.followed = [];
    const step = () => {
        window.followed.push([performance.timeOrigin + performance.now(), map.main.stance.of.x[0]]);
        window.watching = requestAnimationFrame(step);
    };
    step();
}"""


@dataclass
class Ride:
    """What the presenter sent and the listeners heard, in seconds since 1970."""

    began_s: float = 0.0
    lags_s: list[float] = field(default_factory=list)


def take(sheet: Sheet, is_quick: bool) -> None:
    """Write `follow_lag_p95_ms`.

    Args:
        sheet: Where the figure goes.
        is_quick: Pan for 5 s instead of 12.

    Raises:
        MissingPartError: when Chromium is not installed.
    """
    seconds = QUICK_SECONDS if is_quick else SECONDS
    with (
        TemporaryDirectory(prefix="lodemap-following-") as folder,
        served("embedded", Path(folder) / "data") as app,
        chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        project_id = _open(page, app)
        with ThreadPoolExecutor(1) as threads:
            page.evaluate(WATCH_JS)
            riding = threads.submit(asyncio.run, _ride(app, project_id, seconds))
            page.wait_for_function("() => document.querySelector('#top-live .btn-primary')")
            page.get_by_role("button", name="Follow", exact=True).click()
            while not riding.done():
                page.wait_for_timeout(200)
            ride = riding.result()
        drawn = _drawn_lags(page, ride, seconds)
    _put(sheet, ride.lags_s, drawn)


def _open(page: Page, app: Served) -> str:
    """Open the app's first project, once its map has a shape and rests; return its id."""
    page.set_default_timeout(PATIENCE_MS)
    with urllib.request.urlopen(f"{app.url}/api/projects") as answer:
        project_id = str(json.loads(answer.read())[0]["project_id"])
    Hand(page, project_id).open(app.url)
    return project_id


async def _ride(app: Served, project_id: str, seconds: float) -> Ride:
    """Present to everybody who listens; the page is waited for first."""
    ride = Ride()
    room = f"ws://127.0.0.1:{app.port}/api/projects/{project_id}/room"
    sockets = [await _join(app, room, f"Listener {nth}") for nth in range(NUM_LISTENERS)]
    presenter = await _join(app, room, "Presenter")
    await _say(presenter, {"do": "present"})
    for socket in sockets:
        await _say(socket, {"do": "follow", "on": True})
    await _wait_for_followers(presenter, NUM_LISTENERS + 1)
    listening = [asyncio.create_task(_listen(socket, ride)) for socket in [*sockets, presenter]]
    await _pan(presenter, ride, seconds)
    await asyncio.sleep(0.5)
    for task in listening:
        task.cancel()
    for socket in [*sockets, presenter]:
        await socket.close()
    return ride


async def _pan(presenter: ClientConnection, ride: Ride, seconds: float) -> None:
    ride.began_s = time.time()
    while (now := time.time() - ride.began_s) < seconds:
        left = SPEED * now
        stance = {"of": {"x": [left, left + 40.0], "y": [-15.0, 15.0]}, "isUsers": True}
        await _say(presenter, {"do": "view", "view": {"page": "map", "stance": stance}})
        next_s = (int(now / PACE_S) + 1) * PACE_S
        await asyncio.sleep(max(0.0, next_s - (time.time() - ride.began_s)))


async def _listen(socket: ClientConnection, ride: Ride) -> None:
    async for text in socket:
        message: dict[str, Any] = json.loads(text)
        if message["is"] == "view":
            elapsed_s = time.time() - ride.began_s
            if elapsed_s > WARM_S:
                ride.lags_s.append(elapsed_s - message["view"]["stance"]["of"]["x"][0] / SPEED)


async def _wait_for_followers(socket: ClientConnection, count: int) -> None:
    async for text in socket:
        message = json.loads(text)
        people = message.get("people", ())
        if sum(each["follows"] for each in people) == count:
            return


async def _join(app: Served, address: str, name: str) -> ClientConnection:
    cookie = await asyncio.to_thread(_cookie_of, app, name)
    headers = {"Cookie": cookie}
    return await connect(address, additional_headers=headers, origin=app.url)  # type: ignore[arg-type]


async def _say(socket: ClientConnection, message: dict[str, Any]) -> None:
    await socket.send(json.dumps(message))


def _cookie_of(app: Served, name: str) -> str:
    request = urllib.request.Request(
        f"{app.url}/api/session", json.dumps({"name": name}).encode(),
        {"Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request) as answer:
        return str(answer.headers["Set-Cookie"]).split(";")[0]


def _drawn_lags(page: Page, ride: Ride, seconds: float) -> list[float]:
    """Return how far behind the page's map was in each frame while the presenter moved, s."""
    frames = np.array(page.evaluate("() => window.followed"), np.float64)
    elapsed_s = frames[:, 0] / 1000 - ride.began_s
    is_riding = (elapsed_s > WARM_S) & (elapsed_s < seconds)
    lag_s = elapsed_s - frames[:, 1] / SPEED
    return [float(each) for each in lag_s[is_riding]]


def _put(sheet: Sheet, heard_s: list[float], drawn_s: list[float]) -> None:
    heard, drawn = (float(np.percentile(each, 95)) * 1000 for each in (heard_s, drawn_s))
    note = (
        f"p95 drawn by the page {drawn:.0f} ms of {len(drawn_s)} frames, "
        f"heard by {NUM_LISTENERS} listeners {heard:.0f} ms of {len(heard_s)} views"
    )
    sheet.put("follow_lag_p95_ms", max(heard, drawn), note)
