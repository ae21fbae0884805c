"""T19: whoever floods the app is told to wait, and nobody else has to."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed, InvalidStatus

import pages.middleware.pace
from benchmarks.load.crowd import Target as Crowded
from benchmarks.load.crowd import crowd
from benchmarks.load.flood import flooded
from ml.records import RunConfig
from pages.auth.doors import NEW
from pages.middleware.pace import Buckets, Rates, asker_of
from pages.session import STRANGER, new_session
from store.errors import ConflictError
from store.records import LIVE_STATES
from store.runs.share import MOST_LIVE
from store.sql.tables import EVENT
from tests.attacks.target import make_target
from tests.pages.auth.people import PASSWORD, people_app, person
from tests.pages.rooms.live import live
from tests.pages.web import Browser, Served, packed, serve

PER_S = 10
"""Requests one browser may make in the test of a flood beside others."""


def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing come due by the time that a busy machine takes to ask."""
    monkeypatch.setattr(pages.middleware.pace, "Buckets", partial(Buckets, now=lambda: 0.0))


@pytest.fixture
def paced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """An app in which one browser may read 25 times, and as often again after a wait."""
    still(monkeypatch)
    with serve(tmp_path, requests_per_s=5) as served:
        yield served


def annotate(key: str) -> dict[str, object]:
    return {"key": key, "verb": "annotate", "samples": packed([9], 40), "class_index": 1}


def test_flood__at_full_speed_leaves_ten_others_their_answers(tmp_path: Path) -> None:
    """One browser asks over six connections as fast as it can, beside ten that work.

    It gets no more than its share, and of the ten none is refused or waits as long as a page would
    (`benchmarks.load.connection`); how long they wait is what `benchmarks load --part flood` takes.
    """
    with serve(tmp_path, requests_per_s=PER_S) as served:
        project = served.project(200)
        target = Crowded(served.port, project.project_id, 200, 1)
        began_s = time.monotonic()
        with flooded(target) as abuser:
            tally = asyncio.run(crowd(target, 10, 4.0))
        took_s = time.monotonic() - began_s
        with served.store.database.read() as connection:
            keys = set(connection.scalars(select(EVENT.c.key)))
    rates = Rates.of(PER_S)
    share = sum(
        rate.at_once + rate.per_s * (took_s + rate.most_wait_s)
        for rate in (rates.reading, rates.writing)
    )
    assert abuser.asked - abuser.refused <= share, abuser
    assert abuser.asked > rates.writing.at_once, abuser
    assert tally.errors == []
    assert len(tally.keys) >= 10
    assert set(tally.keys) <= keys, "what was acknowledged is in the journal"


def test_queue__of_one_person_leaves_room_for_the_others(paced: Served) -> None:
    """Somebody with a hundred projects asks for a run in each; others wait for twenty at most."""
    store = paced.store
    dataset_id = paced.project().dataset_id
    refused = []
    for nth in range(100):
        project = store.projects.create(f"Mine {nth}", dataset_id)
        try:
            store.runs.submit(
                project.project_id, "pretrain", RunConfig("annotate-vae"), "Eve", "eve", f"r{nth}"
            )
        except ConflictError as error:
            refused.append(error.sentence)
    assert len(refused) == 100 - MOST_LIVE
    assert "stop one" in refused[0]
    other = store.projects.create("Ana's", dataset_id).project_id
    run = store.runs.submit(other, "pretrain", RunConfig("annotate-vae"), "Ana", "ana", "a")
    assert store.runs.queue_position(run.run_id) == MOST_LIVE


def test_queue__of_one_project_holds_two_runs_however_often_they_are_asked_for(
    paced: Served,
) -> None:
    eve, project = Browser(paced.port), make_target(paced).values["p"]
    eve.get("/")
    eve.post(f"/api/projects/{project}/gestures", annotate("n"))
    before = len(paced.store.runs.of_project(project))
    for nth in range(100):
        paced.store.runs.submit(
            project, "fine_tune", RunConfig("annotate-vae"), "Eve", "eve", f"u{nth}"
        )
    runs = paced.store.runs.of_project(project)
    assert 1 <= len([run for run in runs if run.state in LIVE_STATES]) <= 2
    assert len(runs) <= before + 2


def at_once(ask: Callable[[int], Any], count: int) -> list[Any]:
    """Ask so often, all at the same time."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(ask, range(count)))


def test_flood__of_one_is_refused_and_another_is_not(paced: Served) -> None:
    target = make_target(paced)
    path = f"/api/projects/{target.values['p']}/gestures"
    abuser, other = Browser(paced.port), Browser(paced.port)
    abuser.get("/")
    other.get("/")
    answers = at_once(lambda n: abuser.post(path, annotate(f"flood-{n}")), 40)
    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) == 40 - 15  # seven at once, and as many as are due in 5 s
    assert refused[0].code == "too_many_requests"
    assert 1 <= int(refused[0].headers["retry-after"]) <= 12
    assert [other.post(path, annotate(f"calm-{n}")).status for n in range(7)] == [200] * 7
    assert abuser.get("/assets/00_theme.js").status == 200


def test_flood__without_a_cookie_is_counted_by_address(paced: Served) -> None:
    answers = at_once(lambda _: Browser(paced.port).get("/api/session"), 80)
    statuses = Counter(answer.status for answer in answers)
    assert statuses[429] >= 15
    assert statuses[200] >= 50


def test_flood__of_who_is_turned_away_is_refused_and_locks_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eighty requests at once without a sign-in; whoever has one, or signs in, does not notice."""
    still(monkeypatch)
    with people_app(tmp_path, requests_per_s=5) as served:
        _, ada = person(served, "Ada", "viewer")
        answers = at_once(lambda _: Browser(served.port).get("/api/projects"), 80)
        statuses = Counter(answer.status for answer in answers)
        assert statuses[429] >= 15
        assert statuses[401] >= 50
        assert statuses[401] + statuses[429] == 80
        assert ada.get("/api/projects").status == 200
        body = {"name": "Ada", "password": PASSWORD}
        assert Browser(served.port).post("/api/login", body).status == 200


def test_flood__of_handshakes_is_refused(paced: Served) -> None:
    project_id = paced.project().project_id
    eve = Browser(paced.port)
    eve.get("/")

    def knock(_: int) -> int:
        try:
            with live(paced.port, project_id, browser=eve) as one:
                one.hear("you")
                return 101
        except InvalidStatus as error:
            return error.response.status_code
        except ConnectionClosed:
            return 101  # let in, and closed for another reason: no seat

    statuses = Counter(at_once(knock, 80))
    assert statuses[403] >= 15
    assert statuses[101] >= 40


def test_asker__of_one_network_is_one_whatever_its_addresses() -> None:
    def asker(address: str) -> str:
        return asker_of({"client": (address, 1), "state": {"session": STRANGER}})

    assert asker("2001:db8:1:2:3:4:5:6") == asker("2001:db8:1:2:ffff::1")
    assert asker("2001:db8:1:2::1") != asker("2001:db8:1:3::1")
    assert asker("10.0.0.7") != asker("10.0.0.8")
    new = {"client": ("10.0.0.7", 1), "state": {"session": new_session(), NEW: True}}
    assert asker_of(new) == asker("10.0.0.7")
