"""Who asks for much waits for their turn; who asks as a person does is neither refused nor held."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pages.middleware.pace import WAITED_S, Buckets, Pace, Rate
from pages.middleware.turns import MOST_AT_WORK
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
            *(asked("/work") for _ in range(5)),
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


@pytest.mark.parametrize("num_bytes", ["100", "8000000"])
def test_pace__a_body_takes_its_turn_once_it_is_there(num_bytes: str) -> None:
    async def story() -> None:
        begun = 0
        over = asyncio.Event()

        async def app(_: Any, receive: Callable[[], Awaitable[Any]], __: Any) -> None:
            nonlocal begun
            while (await receive()).get("more_body"):
                pass
            begun += 1
            await over.wait()

        def arriving() -> Callable[[], Awaitable[Any]]:
            parts = iter(
                [{"type": "http.request", "more_body": is_more} for is_more in (True, False)]
            )
            return lambda: asyncio.sleep(0, next(parts))

        paced = Pace(app, 1000)
        scopes = [asked("/upload", content_length=num_bytes) for _ in range(5)]
        tasks = [asyncio.create_task(paced(each, arriving(), _nothing)) for each in scopes]
        for _ in range(20):
            await asyncio.sleep(0)
        assert begun == MOST_AT_WORK
        over.set()
        await asyncio.gather(*tasks)
        assert begun == 5

    asyncio.run(story())


@pytest.mark.timeout(400)
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
