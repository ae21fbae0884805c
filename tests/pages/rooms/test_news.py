"""Pages hear that there is news: at once, of everything, and only a few at a time."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pages.rooms import news as ringing
from pages.rooms.news import News
from pages.rooms.rooms import Rooms
from pages.session import new_session
from store.errors import NotFoundError, StoreUnavailableError
from store.records import Gesture
from store.sql.exchange import LocalExchange
from tests.pages.rooms.live import Live, browser_of, live
from tests.pages.web import Served, packed, serve
from tests.services import fresh_database

PROJECT = "11111111-2222-3333-4444-555555555555"


def add_class(served: Served, project_id: str, name: str) -> None:
    """Say something past the web layer, as another process would."""
    gesture = Gesture("add_class", name, values={"name": name})
    served.store.journal.append(project_id, gesture, "Ana", "ana")


def hear_on_coming(page: Live) -> None:
    """Wait for the ring of whoever comes; it may be there before the room is full."""
    if not any(each["is"] == "news" for each in page.seen):
        page.hear("news")


def settle(page: Live, served: Served, project_id: str) -> str:
    """Hear what is told to whoever comes; return the state's digest that was asked for then."""
    page.wait_for_people(1)
    hear_on_coming(page)
    state = served.browser().get(f"/api/projects/{project_id}/state")
    return str(json.loads(state.body)["digest"])


def test_news__what_somebody_says_through_this_app(served: Served) -> None:
    project_id = served.project().project_id
    speaker = browser_of(served.port, "Ada")
    with live(served.port, project_id, "Ben") as ben:
        settle(ben, served, project_id)
        for name in ("pear", "plum"):
            body = {"key": name, "verb": "add_class", "name": name}
            assert speaker.post(f"/api/projects/{project_id}/gestures", body).status == 200
            assert ben.hear("news") == {"is": "news"}


def test_news__what_another_process_does(served: Served) -> None:
    project_id = served.project().project_id
    with live(served.port, project_id) as page:
        settle(page, served, project_id)
        add_class(served, project_id, "pear")
        page.hear("news")
        served.store.projects.rename(project_id, "Renamed elsewhere")
        page.hear("news")
        served.store.projects.delete(project_id)
        page.hear("news")


def test_news__of_comments_kept_views_and_names_of_steps(served: Served) -> None:
    """What the Review page shows beside the journal."""
    project_id = served.project().project_id
    add_class(served, project_id, "pear")
    speaker = browser_of(served.port, "Ada")
    path = f"/api/projects/{project_id}"
    step = json.loads(speaker.get(f"{path}/history").body)["steps"][-1]["step_id"]
    comment = {"key": "c", "text": "Odd.", "kind": "point", "samples": packed([3], 60)}
    view = {"key": "b", "name": "Here", "view": {"stance": {}}}
    said = {f"steps/{step}/name": {"name": "Pears"}, "comments": comment, "bookmarks": view}
    with live(served.port, project_id, "Ben") as ben:
        settle(ben, served, project_id)
        for rest, body in said.items():
            assert speaker.post(f"{path}/{rest}", body).status in (200, 201), rest
            ben.hear("news")


def test_news__of_one_project_is_none_of_another(served: Served) -> None:
    here, there = served.project().project_id, served.project(61).project_id
    with live(served.port, here) as page, live(served.port, there, "Ben") as other:
        settle(page, served, here)
        settle(other, served, there)
        for nth in range(3):
            add_class(served, here, f"c{nth}")
            page.hear("news")
        add_class(served, there, "last")
        other.hear("news")
    told = [each for each in other.seen if each["is"] == "news"]
    assert len(told) <= 3  # on coming, at the first look, and once for the last one


@pytest.fixture
def two_apps(tmp_path: Path, postgres_url: str) -> Iterator[tuple[Served, Served]]:
    with fresh_database(postgres_url) as url, ExitStack() as stack:
        both = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            both.append(stack.enter_context(serve(tmp_path / name, database_url=url)))
        yield both[0], both[1]


def test_news__of_an_app_beside_this_one_without_looking(
    two_apps: tuple[Served, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = two_apps
    project_id = one.project().project_id
    speaker = browser_of(two.port, "Ada")
    with live(one.port, project_id, "Ben") as ben, live(two.port, project_id, "Cem") as cem:
        for page in (ben, cem):
            page.wait_for_people(2)
            hear_on_coming(page)
        monkeypatch.setattr(ringing, "LOOK_S", 1000.0)
        for name in ("pear", "plum", "fig"):
            body = {"key": name, "verb": "add_class", "name": name}
            assert speaker.post(f"/api/projects/{project_id}/gestures", body).status == 200
            ben.hear("news")
            cem.hear("news")


def run(scene: Callable[[Rooms, News, dict[str, object]], object], num_pages: int) -> None:
    """Let a scene play on an event loop with pages in one room."""
    said: dict[str, object] = {"pulse": "a"}

    def pulse_of(_: str) -> str:
        if isinstance(said["pulse"], Exception):
            said["raised"] = said.get("raised", 0) + 1  # type: ignore[operator]
            raise said["pulse"]
        return str(said["pulse"])

    async def play() -> None:
        rooms = Rooms(LocalExchange())
        news = News(rooms, pulse_of)
        for _ in range(num_pages):
            news.attend(rooms.enter(PROJECT, new_session()))
        await scene(rooms, news, said)  # type: ignore[misc]

    asyncio.run(play())


async def rung(rooms: Rooms, count: int) -> list[float]:
    """Take what waits for pages until so many rings are there; return when each came."""
    found: list[float] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            for seat in rooms.seats_in(PROJECT):
                if seat.outbox._newest.pop("news", None):
                    found.append(time.monotonic())
            await asyncio.sleep(0.001)
    return found


def test_tell__many_are_told_a_handful_at_a_time() -> None:
    async def scene(rooms: Rooms, news: News, said: dict[str, object]) -> None:
        await rung(rooms, 40)
        said["pulse"] = "b"
        began_s = time.monotonic()
        news.wrote(PROJECT)
        at_s = await rung(rooms, 40)
        assert at_s[-1] - began_s >= (40 / ringing.HANDFUL - 1) * ringing.PASS_S

    run(scene, 40)


def test_look__nothing_new_rings_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ringing, "LOOK_S", 0.001)
    monkeypatch.setattr(ringing, "REST_S", 0.001)

    async def scene(rooms: Rooms, news: News, said: dict[str, object]) -> None:
        said["pulse"] = "b"
        (seat,) = rooms.seats_in(PROJECT)
        async with asyncio.timeout(20):
            while news._pulses.get(PROJECT) != "b" or news._behind:
                await asyncio.sleep(0.001)
            assert seat.outbox._newest.pop("news")
            before = news._looked_s[PROJECT]
            while news._looked_s[PROJECT] == before:
                await asyncio.sleep(0.001)
        assert not news._behind
        assert "news" not in seat.outbox._newest

    run(scene, 1)


@pytest.mark.parametrize("error", [NotFoundError("gone"), StoreUnavailableError("silent")])
def test_look__a_project_that_cannot_be_told_is_rung_once(error: Exception) -> None:
    async def scene(rooms: Rooms, news: News, said: dict[str, object]) -> None:
        await rung(rooms, 1)
        said["pulse"] = error
        news.wrote(PROJECT)
        await rung(rooms, 1)
        said["pulse"] = "back"
        news.wrote(PROJECT)
        await rung(rooms, 1)

    run(scene, 1)


def test_leave__without_pages_nothing_is_looked_at() -> None:
    async def scene(rooms: Rooms, news: News, said: dict[str, object]) -> None:
        await rung(rooms, 1)
        (seat,) = rooms.seats_in(PROJECT)
        news.leave(seat)
        rooms.leave(seat)
        said["pulse"] = AssertionError("nobody is here to be told")
        news.wrote(PROJECT)
        news.wrote(None)
        await asyncio.sleep(0)
        assert not news._wrote
        news.attend(rooms.enter(PROJECT, new_session()))
        said["pulse"] = "c"
        await rung(rooms, 1)

    run(scene, 1)


def test_look__outlives_what_nobody_foresaw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ringing, "LOOK_S", 0.001)

    async def scene(rooms: Rooms, news: News, said: dict[str, object]) -> None:
        await rung(rooms, 1)
        said["pulse"] = KeyError("a verb without words")
        news.wrote(PROJECT)
        async with asyncio.timeout(20):
            while said.get("raised", 0) < 2:  # type: ignore[operator]
                await asyncio.sleep(0.001)
        said["pulse"] = "b"
        await rung(rooms, 1)

    run(scene, 1)
