"""Who asks for much waits for their turn; who asks as a person does is neither refused nor held."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pages import pace
from pages.pace import WAITED_S, Buckets, Pace, Rate, Turns
from pages.session import STRANGER
from store.settings import Settings
from tests.pages.web import Browser, serve


def test_buckets__fill_up_again_and_lend_what_is_due_soon() -> None:
    clock = [0.0]
    buckets = Buckets(Rate(per_s=2, at_once=3, most_wait_s=1.0), lambda: clock[0])
    taken = [buckets.take("a") for _ in range(7)]
    assert taken == [*[(True, 0)] * 3, (True, 0.5), (True, 1.0), (False, 1.5), (False, 1.5)]
    assert buckets.take("b") == (True, 0)
    clock[0] = 1.5
    assert buckets.take("a") == (True, 0)
    assert buckets.take("a") == (True, 0.5)
    clock[0] = 100.0
    assert [buckets.take("a")[1] for _ in range(4)] == [0, 0, 0, 0.5]


def test_turns__of_one_are_few_and_hold_up_nobody_else() -> None:
    async def story() -> None:
        turns = Turns(2)
        first, second = await turns.take("a"), await turns.take("a")
        third, fourth = (asyncio.create_task(turns.take("a")) for _ in range(2))
        await turns.take("b")
        assert not third.done()
        first.end()
        first.end()  # counts once
        await third
        assert not fourth.done()
        second.end()
        await fourth

    asyncio.run(story())


def test_turns__of_who_left_are_given_to_the_next() -> None:
    async def story() -> None:
        turns = Turns(1)
        first = await turns.take("a")
        gone, called, last = (asyncio.create_task(turns.take("a")) for _ in range(3))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
        first.end()
        called.cancel()  # between its call and its turn
        await asyncio.wait([called])
        (await last).end()
        assert turns._lines == {}

    asyncio.run(story())


def test_turns__of_what_is_slow_end_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "SLOW_S", 0.01)

    async def story() -> None:
        turns = Turns(1)
        await turns.take("a")
        async with asyncio.timeout(20):
            await turns.take("a")

    asyncio.run(story())


def asked(path: str, **headers: str) -> dict[str, Any]:
    """Return the scope of a request from one author."""
    session = replace(STRANGER, author_id="eve")
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "POST", "path": path, "headers": raw,
            "state": {"session": session}}  # fmt: skip


async def _nothing(*_: Any) -> Any:
    return {"type": "http.request"}


def test_pace__an_upload_and_an_answer_that_is_read_slowly_hold_up_nothing() -> None:
    """All stay open until the end; only those that have not begun to answer count."""

    async def story() -> None:
        begun: Counter[str] = Counter()
        over = asyncio.Event()

        async def app(scope: Any, _: Any, send: Callable[[Any], Awaitable[None]]) -> None:
            begun[scope["path"]] += 1
            if scope["path"] == "/download":
                await send({"type": "http.response.start", "status": 200, "headers": []})
            await over.wait()

        paced = Pace(app, 1000)
        scopes = [
            *(asked("/upload", content_length="8000000") for _ in range(5)),
            *(asked("/stream", transfer_encoding="chunked") for _ in range(5)),
            *(asked("/download") for _ in range(5)),
            *(asked("/work", content_length="100") for _ in range(5)),
        ]
        tasks = [asyncio.create_task(paced(each, _nothing, _nothing)) for each in scopes]
        for _ in range(20):
            await asyncio.sleep(0)
        assert begun == {"/upload": 5, "/stream": 5, "/download": 5, "/work": 2}
        over.set()
        await asyncio.gather(*tasks)
        assert begun["/work"] == 5
        assert all(WAITED_S in each["state"] for each in scopes)

    asyncio.run(story())


@pytest.mark.timeout(120)
def test_honest_use__of_twenty_tabs_and_an_upload_is_refused_nothing(tmp_path: Path) -> None:
    """Twenty tabs open at the same time, each as the largest page does; then a file goes up.

    A page asks 23 times and posts two callbacks; a play back of a run asks for a frame nine times a
    second; an upload sends its pieces one after the other.
    """
    with serve(tmp_path, requests_per_s=Settings.requests_per_s) as served:
        browser = Browser(served.port)
        browser.get("/")
        project = served.project().project_id

        def open_tab(_: int) -> list[int]:
            tab = Browser(served.port, browser.cookie)
            callbacks = [tab.post("/api/session", {"name": "Ana"}).status for _ in range(2)]
            return callbacks + [tab.get(f"/api/projects/{project}/state").status for _ in range(23)]

        with ThreadPoolExecutor(20) as tabs:
            answers = [status for tab in tabs.map(open_tab, range(20)) for status in tab]
        assert Counter(answers) == {200: 500}
        made = browser.post("/api/imports", {"name": "a.csv", "size": 60 * 10})
        assert made.status == 201, made.body
        path = f"/api/imports/{made.json['import_id']}/bytes"
        octets = {"Content-Type": "application/octet-stream"}
        pieces = [
            browser.ask("PUT", f"{path}?at={10 * n}", b"1,2,3,4,5\n", octets).status
            for n in range(60)
        ]
        assert set(pieces) == {200}
