"""Redis hangs, is full, or starts again; workers die each time, hang, or lose their lease."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import redis as redis_client

from store.records import Run
from tests.contract.workplace import (
    LONG,
    SHORT,
    Workplace,
    is_alive,
    open_workplace,
    until,
)
from tests.faults.misdeeds import Misdeeds
from tests.faults.redis_server import RedisServer, redis_server
from tests.faults.watch import Measure, Watch, ask_for_run, soon, watched
from tests.pages.web import Browser
from tests.patience import PATIENCE

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
AWAY_S = 3.0
HUNG_S = 10.0
ANSWER_S = 0.2
"""In which 95 of 100 gestures are answered, and each run is queued, while Redis hangs."""
TOLD_S = 5.0
"""Until the page says that the queue is offline."""
BACK_S = 10.0
"""After Redis is back, until a waiting run begins; the reconciler rings each 5 s."""
STALL_S = 5.0
FAR = replace(LONG, num_epochs=40)


def finished(place: Workplace, run: Run) -> Run:
    ended = place.wait_for_end(run.run_id)
    assert (ended.state, ended.error) == ("finished", None)
    return ended


def ask(place: Workplace, path: str) -> Any:
    return Browser(place.port).get(path).json


def message(place: Workplace, watch: Watch) -> str:
    """Return what the page tells of the worker."""
    return ask(place, f"/api/projects/{watch.project.project_id}/state")["worker"]["message"] or ""


@contextmanager
def team_of(folder: Path, *more: str) -> Iterator[tuple[Workplace, RedisServer]]:
    """A team with a Redis of its own."""
    with redis_server(*more) as server, open_workplace(folder, server.url) as place:
        yield place, server


def test_redis__killed_and_back_with_its_log(
    misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    log = ("--appendonly", "yes", "--appendfsync", "everysec")
    with team_of(tmp_path / "data", *log) as (place, server), watched(place) as watch:
        misdeeds.at("step.before", "always slow 0.06")
        running, behind = place.submit(LONG, watch.project), place.submit(SHORT)
        place.wait_for_epoch(running.run_id, 1)
        watch.fault()
        server.kill()
        killed_s = time.monotonic()
        third = place.submit(SHORT)
        took_s = soon(lambda: "queue is offline" in message(place, watch), "the banner", TOLD_S)
        record_property("banner_s", round(took_s, 2))
        said = watch.crowd.history.num_acknowledged
        until(lambda: watch.crowd.history.num_acknowledged > said, "a gesture is saved meanwhile")
        until(lambda: time.monotonic() - killed_s > AWAY_S, "Redis is away")
        assert place.run(running.run_id).state == "running"
        server.start()
        until(lambda: place.run(running.run_id).state == "finished", "the run at hand")
        took_s = soon(lambda: place.run(behind.run_id).state != "queued", "the next", BACK_S)
        record_property("next_begins_s", round(took_s, 2))
        assert [finished(place, run).attempt for run in (running, behind, third)] == [1, 1, 1]


def test_redis__full_keeps_runs_waiting_and_loses_none(
    team: Workplace, misdeeds: Misdeeds, redis: RedisServer, record_property: Measure
) -> None:
    with watched(team) as watch, redis_client.Redis.from_url(redis.url) as client:
        assert ask(team, "/healthz?deep")["status"] == "ok"
        misdeeds.at("step.before", "always slow 0.02")
        running = team.submit(LONG, watch.project)
        team.wait_for_epoch(running.run_id, 1)
        watch.fault()
        client.config_set("maxmemory", 1)
        try:
            waiting = team.submit(SHORT)
            reached = team.run(running.run_id).last_epoch
            team.wait_for_epoch(running.run_id, reached + 2)
            until(lambda: ask(team, "/healthz?deep")["status"] == "degraded", "degraded")
            health = ask(team, "/healthz?deep")
            assert (health["queue"], health["worker"], health["database"]) == (False, True, True)
            misdeeds.rest()
            assert finished(team, running).attempt == 1
            assert team.run(waiting.run_id).state == "queued"
        finally:
            client.config_set("maxmemory", 0)
        took_s = soon(lambda: team.run(waiting.run_id).state != "queued", "the run", BACK_S)
        record_property("begins_after_s", round(took_s, 2))
        assert finished(team, waiting).attempt == 1
        until(lambda: ask(team, "/healthz?deep")["status"] == "ok", "health")


def test_redis__that_hangs_holds_no_answer_up(
    team: Workplace, redis: RedisServer, record_property: Measure
) -> None:
    with watched(team) as watch:
        watch.fault()
        redis.hang()
        hung_s = time.monotonic()
        try:
            run, took_s = ask_for_run(team, watch.project)
            record_property("run_queued_s", round(took_s, 3))
            until(lambda: time.monotonic() - hung_s > HUNG_S, "the time it hangs")
            answers_s = [took for each in watch.crowd.annotators for took in each.answers_s]
            assert team.run(run.run_id).state == "queued"
        finally:
            redis.hang(is_over=True)
        begins_s = soon(lambda: team.run(run.run_id).state != "queued", "the run", BACK_S)
        record_property("begins_after_s", round(begins_s, 2))
        assert finished(team, run).attempt == 1
    p95_s = float(np.percentile(answers_s, 95))
    record_property("gestures", len(answers_s))
    record_property("answer_p95_s", round(p95_s, 3))
    record_property("slowest_answer_s", round(max(answers_s), 3))
    assert len(answers_s) > HUNG_S
    assert max(p95_s, took_s) < ANSWER_S * PATIENCE
    assert {said.outcome for said in watch.crowd.history.said} == {"acknowledged"}


@pytest.mark.parametrize("mode", ["embedded", "team"])
def test_segv__each_time_sets_the_run_aside_and_the_next_one_runs(
    request: pytest.FixtureRequest, misdeeds: Misdeeds, mode: str, record_property: Measure
) -> None:
    place: Workplace = request.getfixturevalue(mode)
    with watched(place) as watch:
        watch.fault()
        misdeeds.at("commit_epoch.before", "always segv")  # a worker that warms up takes steps too
        run = place.submit(SHORT, watch.project)
        took_s = until(lambda: place.run(run.run_id).state == "quarantined", "quarantine", 400)
        record_property("set_aside_s", round(took_s, 1))
        ended = place.run(run.run_id)
        assert ended.attempt == 3
        assert "died 3 times" in (ended.error or "")
        misdeeds.rest()
        finished(place, place.submit(SHORT))


def test_stall__of_a_step_ends_the_process_and_the_next_goes_on(
    misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    """As after 120 s, which here are fewer: nobody stopped the run, and nobody looks after it."""
    misdeeds.stall_after(STALL_S)
    with open_workplace(tmp_path / "data", None) as place, watched(place) as watch:
        run = place.submit(LONG, watch.project)
        place.wait_for_epoch(run.run_id, 1)
        pid = place.worker_pid(run.run_id)
        watch.fault()
        misdeeds.at("step.before", "hang")
        until(lambda: misdeeds.is_done("step.before"), "the step that hangs")
        took_s = soon(lambda: not is_alive(pid), "the end of the process", STALL_S + 1)
        record_property("ends_s", round(took_s, 2))
        assert took_s > STALL_S - 1
        assert finished(place, run).attempt == 2


def test_lease__that_cannot_be_renewed_lets_another_worker_go_on(
    team: Workplace, misdeeds: Misdeeds, record_property: Measure
) -> None:
    """Before a commit Python's lock is held: its process can neither renew nor notice."""
    team.hire()
    with watched(team) as watch:
        misdeeds.at("step.before", "always slow 0.02")
        run = team.submit(FAR, watch.project)
        team.wait_for_epoch(run.run_id, 1)
        first = team.worker_pid(run.run_id)
        watch.fault()
        with misdeeds.python_held("commit_epoch.before"):
            took_s = until(lambda: team.run(run.run_id).attempt == 2, "the other worker")
        record_property("taken_over_s", round(took_s, 2))
        assert team.worker_pid(run.run_id) != first
        was_refused = lambda: misdeeds.has_raised("commit_epoch", "LeaseLostError", first)  # noqa: E731
        until(was_refused, "the refused commit")
        assert team.run(run.run_id).state == "running", "it was refused while another one works"
        ended = finished(team, run)
        record_property("attempts", ended.attempt)
        assert ended.attempt == 2


def test_message__that_comes_again_in_mid_run_is_refused(
    misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    """Redis hands it to the other worker after 2 s: the run is longer than it keeps that back."""
    misdeeds.deliver_again_after(2)
    with team_of(tmp_path / "data") as (place, _):
        place.hire()
        with watched(place) as watch:
            misdeeds.at("step.before", "always slow 0.12")  # in each of 160 steps
            misdeeds.at("claim.before", "always note")
            run = place.submit(LONG, watch.project)
            place.wait_for_epoch(run.run_id, 0)
            began_s = time.monotonic()
            owner = place.run(run.run_id).owner
            (idle,) = set(place.store.workers.present()) - {owner}
            watch.fault()
            came_again = lambda: misdeeds.num_noted("claim.before", int(idle.split("-")[-2])) > 0  # noqa: E731
            until(came_again, "the second delivery")
            record_property("delivered_again_s", round(time.monotonic() - began_s, 2))
            assert place.run(run.run_id).state == "running"
            assert finished(place, run).attempt == 1
            record_property("run_s", round(time.monotonic() - began_s, 1))
            frames = place.frames(run.run_id)
        snapshots = [frame.epoch for frame in frames if frame.is_snapshot]
        assert snapshots == list(range(LONG.num_epochs + 1))
