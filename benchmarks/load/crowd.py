"""Browsers in one project as bounded tasks: what their pages ask, how long it takes, what is lost.

Each opens the project as the Map page does and joins its room. It asks for the state when it is
rung, else seldom while the bell rings and twice a second where it does not, as `motion/sync.mjs`,
reads the names when the state does not tell which changed, and says two gestures a second. Every
tenth also has the log of the Review page open. A gesture is *acknowledged* when its answer is
there, and *seen* by another browser when that has the names at its position of the journal.
"""

import asyncio
import base64
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.load.connection import Answer, Connection
from ml.maps.codec import pack_ids

EVERY_S: Final = 0.5
"""Between two gestures of one browser, and between two polls while no bell was heard."""
RUNG_S: Final = 5.0
"""Between two polls of one that is rung when there is news."""
LOG_EVERY_S: Final = 2.0
LOG_SHARE: Final = 10
"""One browser in so many has the log open."""
MOST_NAMED: Final = 40
"""Samples of one gesture at most."""

Act = Callable[[], Awaitable[None]]


@dataclass
class Tally:
    """What all browsers saw; times in seconds."""

    ack_s: list[float] = field(default_factory=list)
    seen_s: list[float] = field(default_factory=list)
    poll_s: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    said: dict[int, float] = field(default_factory=dict)
    """By seq, when its gesture was acknowledged."""
    cpu_s: float = 0.0
    """What the app used of a core meanwhile."""
    keys: dict[str, int] = field(default_factory=dict)
    """By key of every acknowledged gesture, its seq."""


@dataclass(frozen=True)
class Target:
    """The project that is worked on."""

    port: int
    project_id: str
    num_samples: int
    num_classes: int


class Browser:
    """One person's tab."""

    def __init__(self, nth: int, target: Target, tally: Tally) -> None:
        self._nth = nth
        self._target = target
        self._tally = tally
        self._rng = np.random.default_rng(nth)
        self._polling = Connection(target.port)
        self._speaking = Connection(target.port)
        self._reading = Connection(target.port)
        self._digest = ""
        self._seq = 0
        self._own: set[int] = set()
        self._rung = asyncio.Event()
        self._has_bell = False
        self._due_s = 0.0
        self.is_counting = False

    async def open(self) -> None:
        """Ask for all that the Map page needs before it shows a project."""
        await self._polling.sign_in(f"Person {self._nth}")
        self._speaking.cookie = self._reading.cookie = self._polling.cookie
        state = (await self._ok(await self._polling.get(f"{self._path}/state"))).json
        self._digest, self._seq = state["digest"], state["seq"]
        dataset = f"/api/datasets/{state['project']['dataset_id']}"
        paths = [dataset, f"{dataset}/samples", f"{self._path}/annotation/{self._seq}"]
        if (head := state["head"]) is not None:
            frames = f"/api/runs/{head['run_id']}/frames"
            paths += [f"{frames}?after=0", f"{frames}/{head['attempt']}-{head['n']}"]
        for path in paths:
            await self._ok(await self._polling.get(path))

    async def live(self, seconds: float) -> None:
        """Poll, speak and read for a while, then go on polling once to see the end."""
        end_s = time.perf_counter() + seconds
        listening = asyncio.create_task(self._listen())
        tasks = [self._keep_up(end_s), self._repeat(self.say, EVERY_S, end_s)]
        if self._nth % LOG_SHARE == 0:
            tasks.append(self._repeat(self._read_log, LOG_EVERY_S, end_s))
        await asyncio.gather(*tasks)
        listening.cancel()
        await self._poll()

    async def close(self) -> None:
        """Close the tab."""
        for connection in (self._polling, self._speaking, self._reading):
            await connection.close()

    @property
    def seq(self) -> int:
        """The position of the journal that it has seen."""
        return self._seq

    @property
    def _path(self) -> str:
        return f"/api/projects/{self._target.project_id}"

    async def _repeat(self, act: Act, every_s: float, end_s: float) -> None:
        """Act in a steady rhythm, each browser in its own; late acts are not bunched."""
        await asyncio.sleep(float(self._rng.random()) * every_s)
        while (began_s := time.perf_counter()) < end_s:
            try:
                await act()
            except OSError as error:
                self._tally.errors.append(str(error))
            await asyncio.sleep(max(0.0, every_s - (time.perf_counter() - began_s)))

    async def _listen(self) -> None:
        """Hear the bell; a page whose room is cut off asks by itself until it is back."""
        port = self._target.port
        headers = {"Cookie": self._polling.cookie, "Origin": f"http://127.0.0.1:{port}"}
        address = f"ws://127.0.0.1:{port}{self._path}/room"
        while True:
            try:
                async with connect(address, additional_headers=headers, compression=None) as room:
                    async for text in room:
                        if json.loads(text)["is"] == "news":
                            self._has_bell = True
                            self._rung.set()
            except (OSError, WebSocketException):
                pass  # closed, refused, or no app there
            self._has_bell = False
            await asyncio.sleep(EVERY_S)

    async def _keep_up(self, end_s: float) -> None:
        """Ask for the state when it is due, and at once when the bell rings."""
        self._due_s = time.perf_counter() + float(self._rng.random()) * EVERY_S
        while (now_s := time.perf_counter()) < end_s:
            try:
                async with asyncio.timeout(max(0.0, min(self._due_s, end_s) - now_s)):
                    await self._rung.wait()
            except TimeoutError:
                if time.perf_counter() < self._due_s - 0.001:
                    continue
            try:
                await self._poll()
            except OSError as error:
                self._tally.errors.append(str(error))

    async def _poll(self) -> None:
        began_s = time.perf_counter()
        was_rung = self._rung.is_set()
        self._rung.clear()
        query = f"digest={self._digest}&seq={self._seq}"
        answer = await self._ok(await self._polling.get(f"{self._path}/state?{query}"))
        state = answer.json
        is_news = not state.get("unchanged")
        if is_news and not was_rung and not self._rung.is_set():
            self._has_bell = False  # nobody rang for it
        self._due_s = began_s + (RUNG_S if self._has_bell else EVERY_S)
        if self.is_counting:
            self._tally.poll_s.append(time.perf_counter() - began_s)
        if not is_news:
            return
        self._digest = state["digest"]
        if state["seq"] != self._seq:
            if state.get("names", {}).get("after") != self._seq:
                await self._ok(await self._polling.get(f"{self._path}/annotation/{state['seq']}"))
            self._note_seen(state["seq"])

    def _note_seen(self, seq: int) -> None:
        now_s = time.perf_counter()
        if self.is_counting:
            said = self._tally.said
            new = [
                said[each]
                for each in range(self._seq + 1, seq + 1)
                if each in said and each not in self._own
            ]
            self._tally.seen_s += [now_s - said_s for said_s in new]
        self._seq = seq

    async def say(self) -> None:
        """Name some samples and wait for the answer."""
        target, key = self._target, str(uuid.uuid4())
        num_chosen = self._rng.integers(1, MOST_NAMED)
        ids = np.unique(self._rng.integers(0, target.num_samples, num_chosen))
        body = {
            "key": key, "verb": "annotate",
            "samples": base64.b64encode(pack_ids(ids, target.num_samples)).decode(),
            "class_index": int(self._rng.integers(target.num_classes)),
        }  # fmt: skip
        began_s = time.perf_counter()
        answer = await self._ok(await self._speaking.post(f"{self._path}/gestures", body))
        now_s = time.perf_counter()
        seq = int(answer.json["seq"])
        self._tally.keys[key] = seq
        self._own.add(seq)
        self._due_s = min(self._due_s, now_s + EVERY_S)
        if self.is_counting:
            self._tally.ack_s.append(now_s - began_s)
            self._tally.said[seq] = now_s

    async def _read_log(self) -> None:
        await self._ok(await self._reading.get(f"{self._path}/log"))

    async def _ok(self, answer: Answer) -> Answer:
        if answer.status >= 400:
            raise OSError(f"{answer.status}: {answer.body[:200]!r}")
        return answer


async def crowd(target: Target, num_browsers: int, seconds: float, warm_s: float = 2.0) -> Tally:
    """Let browsers work on a project for a while; the first seconds do not count."""
    tally = Tally()
    browsers = [Browser(nth, target, tally) for nth in range(num_browsers)]
    for browser in browsers:
        await browser.open()

    async def count() -> None:
        await asyncio.sleep(warm_s)
        for browser in browsers:
            browser.is_counting = True

    await asyncio.gather(count(), *(browser.live(warm_s + seconds) for browser in browsers))
    await _settle(browsers, tally)
    for browser in browsers:
        await browser.close()
    return tally


async def _settle(browsers: Sequence[Browser], tally: Tally) -> None:
    """All must have seen the same end: whoever has not polls once more."""
    last = max(tally.keys.values(), default=0)
    for browser in browsers:
        if browser.seq < last:
            await browser.live(0.0)
    behind = [browser.seq for browser in browsers if browser.seq < last]
    tally.errors += [f"a browser ended at {seq}, the journal at {last}" for seq in behind]
