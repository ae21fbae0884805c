"""What waits for a turn of its own leaves the threads of the app to everybody else."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import pages.middleware.turns
import tasks.names_files
import tasks.network_export
from ml.intake.errors import IntakeError
from store.intake.intakes import Intakes
from store.intake.records import Intake
from store.settings import Settings
from tests.pages.learning import learn
from tests.pages.web import Browser, Served, serve, wait_until

MANY = 60
"""More than there are threads for what is asked, and for what comes in."""
OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("parked")) as running:
        yield running


@contextmanager
def asked_by_many(
    ask: Callable[[], int], is_there: threading.Event, goes_on: threading.Event
) -> Iterator[list[Future[int]]]:
    """Let many ask for what hangs until this ends."""
    with ThreadPoolExecutor(MANY) as people:
        asked = [people.submit(ask) for _ in range(MANY)]
        try:
            assert is_there.wait(60)
            yield asked
        finally:
            goes_on.set()


def test_networks__that_many_want_leave_threads_to_everybody(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, browser = served.project(), served.browser()
    address = f"/api/projects/{project.project_id}"
    body = {"key": "p", "kind": "pretrain", "config": {}}
    learn(served.store, browser.post(f"{address}/runs", body).json["run_id"], 60)
    is_there, goes_on = threading.Event(), threading.Event()

    def hang(_settings: Any, _sight: Any, path: Path, _limit_s: float) -> None:
        is_there.set()
        assert goes_on.wait(120)
        path.write_bytes(b"PK")

    def ask() -> int:
        return served.browser().get(f"{address}/exports/network.zip").status

    monkeypatch.setattr(tasks.network_export, "_run_child", hang)
    with asked_by_many(ask, is_there, goes_on) as asked:
        assert Browser(served.port).get(f"{address}/state").status == 200
    found = Counter(each.result() for each in asked)
    assert found[200] >= 1 + tasks.network_export.MOST_WAITING
    assert found[200] + found[503] == MANY


def test_requests__of_one_that_hang_leave_threads_to_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.middleware.turns, "SLOW_S", 0.01)
    is_there, goes_on = threading.Event(), threading.Event()
    most = pages.middleware.turns.MOST_AT_WORK + pages.middleware.turns.MOST_SLOW
    hanging = list[str]()

    def hang(_: Intakes, author_id: str) -> list[Intake]:
        if author_id == eve_id:
            hanging.append(author_id)
            is_there.set()
            assert goes_on.wait(120)
        return []

    with serve(tmp_path, requests_per_s=Settings.requests_per_s) as served:
        eve, ben = served.browser(), served.browser()
        eve_id = eve.post("/api/session", {"name": "Eve"}).json["author_id"]
        ben.post("/api/session", {"name": "Ben"})
        monkeypatch.setattr(Intakes, "of_author", hang)

        def ask() -> int:
            return Browser(served.port, eve.cookie).get("/api/imports").status

        with asked_by_many(ask, is_there, goes_on) as asked:
            wait_until(lambda: len(hanging) >= most, "all that may be slow")
            for _ in range(50):
                assert ben.get("/api/imports").status == 200
            assert len(hanging) == most
        assert {each.result() for each in asked} == {200}


def test_names__that_many_bring_leave_threads_to_an_import(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, browser = served.project(), served.browser()
    address = f"/api/projects/{project.project_id}/annotation-files?name=a.csv"
    is_there, goes_on = threading.Event(), threading.Event()

    def hang(_: Any) -> Any:
        is_there.set()
        assert goes_on.wait(120)
        raise IntakeError("crashed", "It hung.")

    def ask() -> int:
        data = b"sample_id,class_name\n1,apple\n"
        return served.browser().ask("POST", address, data, OCTETS).status

    made = browser.post("/api/imports", {"name": "b.csv", "size": 20}).json
    monkeypatch.setattr(tasks.names_files, "_asked", hang)
    with asked_by_many(ask, is_there, goes_on) as asked:
        place = f"/api/imports/{made['import_id']}/bytes?at=0"
        assert browser.ask("PUT", place, b"1,2,3,4,5\n", OCTETS).status == 200
    found = Counter(each.result() for each in asked)
    assert found[503] > 0
    assert MANY - found[503] >= tasks.names_files.MOST_AT_ONCE + tasks.names_files.MOST_WAITING
