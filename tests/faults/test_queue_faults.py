"""Redis hangs, is full, or starts again; workers die each time, or cannot renew their lease."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis as redis_client

from store.records import Run
from tests.contract.workplace import (
    LONG,
    SHORT,
    Workplace,
    end_celery,
    open_workplace,
    start_celery,
    until,
)
from tests.faults.clients import Crowd
from tests.faults.misdeeds import Misdeeds
from tests.faults.real_app import real_app
from tests.faults.redis_server import RedisServer, redis_server
from tests.faults.test_app_faults import make_project
from tests.faults.test_worker_faults import Measure, check

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
HUNG_S = 10.0
ANSWER_S = 0.5
"""Of any answer while Redis hangs: the publisher alone would wait 2 s."""


def finish(place: Workplace, run: Run) -> Run:
    ended = place.wait_for_end(run.run_id)
    assert (ended.state, ended.error) == ("finished", None)
    check(place, run)
    return ended


@pytest.fixture
def lasting(misdeeds: Misdeeds, tmp_path: Path) -> Iterator[tuple[Workplace, RedisServer]]:
    """A team whose Redis writes down what it is told."""
    assert misdeeds.folder.is_dir()
    with (
        redis_server("--appendonly", "yes", "--appendfsync", "everysec") as server,
        open_workplace(tmp_path / "data", server.url) as place,
    ):
        yield place, server


def test_redis__killed_and_back_with_its_log(
    lasting: tuple[Workplace, RedisServer], misdeeds: Misdeeds, record_property: Measure
) -> None:
    place, server = lasting
    misdeeds.at("step.before", "always slow 0.02")
    running, behind = place.submit(LONG), place.submit(SHORT)
    place.wait_for_epoch(running.run_id, 1)
    server.kill()
    threading.Event().wait(3)
    server.start()
    took_s = until(lambda: place.run(behind.run_id).state == "finished", "the run behind")
    record_property("behind_finished_s", round(took_s, 2))
    assert [finish(place, run).attempt for run in (running, behind)] == [1, 1]


def test_redis__full_keeps_runs_waiting_and_loses_none(
    team: Workplace, redis: RedisServer, record_property: Measure
) -> None:
    with redis_client.Redis.from_url(redis.url) as client:
        client.config_set("maxmemory", 1)
        run = team.submit(SHORT)
        threading.Event().wait(2)
        assert team.run(run.run_id).state == "queued"
        client.config_set("maxmemory", 0)
    took_s = until(lambda: team.run(run.run_id).state != "queued", "the run")
    record_property("begins_after_s", round(took_s, 2))
    finish(team, run)


def test_redis__that_hangs_holds_no_answer_up(
    misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    project_id = make_project(tmp_path / "data")
    assert misdeeds.folder.is_dir()
    with (
        redis_server() as server,
        real_app(tmp_path / "data", {"LODEMAP_BROKER_URL": server.url}) as app,
    ):
        server.hang()
        crowd = Crowd(app.port, project_id, 200)
        with crowd.at_work() as history:
            body = {"key": "first", "kind": "pretrain", "config": {}}
            assert app.browser().post(f"/api/projects/{project_id}/runs", body).status == 201
            threading.Event().wait(HUNG_S)
        server.hang(is_over=True)
        slowest_s = max(each.slowest_s for each in crowd.annotators)
        record_property("slowest_answer_s", round(slowest_s, 3))
        record_property("gestures", history.num_acknowledged)
        assert slowest_s < ANSWER_S
        assert {said.outcome for said in history.said} == {"acknowledged"}


@pytest.mark.parametrize("mode", ["embedded", "team"])
def test_segv__each_time_sets_the_run_aside_and_the_next_one_runs(
    request: pytest.FixtureRequest, misdeeds: Misdeeds, mode: str, record_property: Measure
) -> None:
    place: Workplace = request.getfixturevalue(mode)
    misdeeds.at("commit_epoch.before", "always segv")  # a worker that warms up takes steps too
    run = place.submit(SHORT)
    took_s = until(lambda: place.run(run.run_id).state == "quarantined", "quarantine", 400)
    record_property("set_aside_s", round(took_s, 1))
    ended = place.run(run.run_id)
    assert ended.attempt == 3
    assert "died 3 times" in (ended.error or "")
    misdeeds.rest()
    finish(place, place.submit(SHORT))
    check(place, run)


def test_lease__that_cannot_be_renewed_lets_another_worker_go_on(
    team: Workplace, misdeeds: Misdeeds, record_property: Measure
) -> None:
    """A step holds Python's lock for 10 s: its process can neither renew nor notice."""
    second = start_celery(team.store)
    try:
        run = team.submit(LONG)
        team.wait_for_epoch(run.run_id, 1)
        first = team.worker_pid(run.run_id)
        misdeeds.at("step.before", "gil 10")
        until(lambda: team.run(run.run_id).attempt == 2, "the other worker")
        assert team.worker_pid(run.run_id) != first
        ended = finish(team, run)
        record_property("attempts", ended.attempt)
        assert ended.attempt == 2
    finally:
        end_celery(second)
