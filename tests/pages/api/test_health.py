"""What whoever watches over the app is told."""

import asyncio
import threading
from pathlib import Path

import pytest

import pages.api.health
from pages.api.health import KEPT_S, DeepLooks, look
from store.errors import StoreUnavailableError
from store.sql.exchange import LocalExchange
from tests.pages.crowding import ask_while_it_hangs
from tests.pages.web import Served, serve


@pytest.fixture(autouse=True)
def looks_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test changes is seen at once."""
    monkeypatch.setattr(pages.api.health, "KEPT_S", -1.0)


SECRETS = ("/", "password", "postgres", "sqlite", "lodemap-data")


def test_health__answers_at_once(served: Served) -> None:
    answer = served.browser().get("/healthz")
    assert (answer.status, answer.json) == (200, {"status": "ok"})
    assert "set-cookie" not in answer.headers


def test_health__deep_tells_of_database_artifacts_and_worker(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        answer = served.browser().get("/healthz?deep")
        expected = {
            "status": "degraded", "database": True, "artifacts": True, "threads": True,
            "queue": True, "worker": False, "exchange": True,
        }  # fmt: skip
        assert (answer.status, answer.json) == (200, expected)
        served.store.workers.beat("local-1", "ready", "cpu", "embedded")
        answer = served.browser().get("/healthz?deep=1")
        assert (answer.status, answer.json["status"]) == (200, "ok")
        assert not any(word in answer.body.decode() for word in SECRETS)


def test_health__deep_is_503_where_people_cannot_work(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: object) -> None:
        raise StoreUnavailableError("postgresql://ana@db does not answer.")

    monkeypatch.setattr(type(served.store.database), "read", away)
    answer = served.browser().get("/healthz?deep")
    assert (answer.status, answer.json["status"]) == (503, "unavailable")
    assert "postgresql" not in answer.body.decode()
    assert served.browser().get("/healthz").status == 200


def test_health__artifacts_that_cannot_be_written(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(served.store.artifacts), "is_reachable", lambda _: False)
    assert look(served.store, served.backend)["artifacts"] is False
    assert served.browser().get("/healthz?deep").status == 503


def test_health__threads_that_do_not_go_on_are_told(served: Served) -> None:
    served.store.workers.beat("local-1", "ready", "cpu", "embedded")
    served.backend.is_turning = False
    answer = served.browser().get("/healthz?deep")
    assert (answer.status, answer.json["status"]) == (200, "degraded")
    assert answer.json["threads"] is False


def test_health__a_queue_that_takes_nothing_is_told(tmp_path: Path) -> None:
    with serve(tmp_path) as served:
        served.store.workers.beat("local-1", "ready", "cpu", "team")
        served.backend.has_queue = False
        answer = served.browser().get("/healthz?deep")
        assert (answer.status, answer.json["status"]) == (200, "degraded")
        assert answer.json["queue"] is False


def test_health__an_exchange_that_tells_nothing_is_told(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: object) -> bool:
        return False

    served.store.workers.beat("local-1", "ready", "cpu", "embedded")
    monkeypatch.setattr(LocalExchange, "answers", away)
    answer = served.browser().get("/healthz?deep")
    assert (answer.status, answer.json["status"]) == (200, "degraded")
    assert answer.json["exchange"] is False


def test_health__is_open_without_a_token(tmp_path: Path) -> None:
    with serve(tmp_path, auth="token") as served:
        assert served.browser().get("/healthz?deep").status == 200
        assert served.browser().get("/api/projects").status == 401
        assert served.browser().get("/metrics").status == 200


def test_health__many_who_ask_deep_at_once_hold_one_thread(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.api.health, "KEPT_S", 60.0)
    is_there, goes_on, looks = threading.Event(), threading.Event(), []

    def hang(_: object) -> bool:
        looks.append("one")
        is_there.set()
        return goes_on.wait(20)

    monkeypatch.setattr(type(served.store.artifacts), "is_reachable", hang)
    ask_while_it_hangs(served, "/healthz?deep", is_there, goes_on)
    assert looks == ["one"]
    served.dash_app.server.state.deep_looks._until = 0.0


def test_looks__are_taken_anew_after_a_second(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.api.health, "KEPT_S", KEPT_S)
    clock, state = [0.0], served.dash_app.server.state
    looks = DeepLooks(state.services, state.rooms, lambda: clock[0])

    async def story() -> list[bool]:
        seen = [(await looks.take())["threads"]]
        served.backend.is_turning = not served.backend.is_turning
        for clock[0] in (KEPT_S - 0.1, KEPT_S):
            seen.append((await looks.take())["threads"])
        return seen

    first, soon, later = asyncio.run(story())
    assert (soon, later) == (first, not first)
