"""A worker that runs out of memory or hangs, a Redis that goes away: runs end as they should."""

import time
from collections.abc import Callable

import pytest

from store.records import Run
from tests.contract.workplace import (
    ENDLESS,
    LONG,
    SHORT,
    Workplace,
    end_celery,
    is_alive,
    start_celery,
    until,
)
from tests.faults.evidence import gather
from tests.faults.history import History
from tests.faults.invariants import violations
from tests.faults.misdeeds import Misdeeds
from tests.faults.redis_server import RedisServer

pytestmark = pytest.mark.timeout(600)  # processes that import PyTorch take their time on busy cores
NEXT_S = 5.0
STOP_S = 1.0
HUNG_S = 5.0
PUBLISH_S = 0.2
Measure = Callable[[str, object], None]


def check(place: Workplace, run: Run) -> None:
    """Check all that can be said of a run, whichever way it went."""
    facts = gather(place.store, run.project_id)
    broken = violations(History(), facts)
    assert [sentence for sentence in broken if not sentence.startswith("I6: process")] == []


def workers(place: Workplace) -> set[str]:
    return {each.worker_id for each in place.store.workers.list() if each.state != "stopping"}


def test_memory__out_of_it_fails_the_run_and_spares_the_worker(
    team: Workplace, misdeeds: Misdeeds, record_property: Measure
) -> None:
    before = workers(team)
    misdeeds.at("step.before", "memory")
    run = team.wait_for_end(team.submit(SHORT).run_id)
    assert run.state == "failed"
    assert "memory (cpu) is too small" in (run.error or "")
    following = team.submit(SHORT)
    took_s = until(lambda: team.run(following.run_id).state != "queued", "the next run", NEXT_S)
    record_property("next_run_s", round(took_s, 2))
    assert team.wait_for_end(following.run_id).state == "finished"
    assert workers(team) == before
    check(team, run)


def test_stop__while_a_checkpoint_is_written_keeps_what_is_whole(
    team: Workplace, misdeeds: Misdeeds, record_property: Measure
) -> None:
    run = team.submit(ENDLESS)
    team.wait_for_epoch(run.run_id, 1)
    misdeeds.at("write.before", "always slow 0.1")
    reached = team.run(run.run_id).last_epoch
    team.wait_for_epoch(run.run_id, reached + 1)
    team.store.runs.request_stop(run.run_id)
    took_s = until(lambda: team.run(run.run_id).state == "stopped", "stopped")
    record_property("stop_s", round(took_s, 2))
    assert took_s < STOP_S
    check(team, run)


def test_stop__of_a_hung_step_ends_the_process_and_another_takes_over(
    team: Workplace, misdeeds: Misdeeds, record_property: Measure
) -> None:
    run = team.submit(ENDLESS)
    team.wait_for_epoch(run.run_id, 1)
    pid = team.worker_pid(run.run_id)
    misdeeds.at("step.before", "hang")
    until(lambda: misdeeds.is_done("step.before"), "the step that hangs")
    team.store.runs.request_stop(run.run_id)
    took_s = until(lambda: team.run(run.run_id).state == "stopped", "stopped")
    record_property("stop_s", round(took_s, 2))
    assert took_s < HUNG_S
    until(lambda: not is_alive(pid), "the end of the process", HUNG_S)
    check(team, run)
    assert team.wait_for_end(team.submit(SHORT).run_id).state == "finished"
    assert team.run(run.run_id).attempt == 1


def test_redis__away_while_a_run_ends_and_another_is_asked_for(
    team: Workplace, redis: RedisServer, record_property: Measure
) -> None:
    running = team.submit(LONG)
    team.wait_for_epoch(running.run_id, 1)
    redis.kill()
    started_s = time.monotonic()
    waiting = team.submit(SHORT)
    took_s = time.monotonic() - started_s
    record_property("publish_s", round(took_s, 3))
    assert took_s < PUBLISH_S
    ended = team.wait_for_end(running.run_id)
    assert (ended.state, ended.error, ended.attempt) == ("finished", None, 1)
    assert team.run(waiting.run_id).state == "queued"
    redis.start()
    took_s = until(lambda: team.run(waiting.run_id).state != "queued", "the waiting run")
    record_property("begins_after_s", round(took_s, 2))
    assert team.wait_for_end(waiting.run_id).state == "finished"
    for run in (running, waiting):
        check(team, run)


def test_stop__while_no_worker_is_there_is_for_good(
    team: Workplace, record_property: Measure
) -> None:
    assert team.celery is not None
    run = team.submit(ENDLESS)
    team.wait_for_epoch(run.run_id, 1)
    waiting = team.submit(SHORT)
    team.celery.kill()
    team.celery.wait()
    for each in (waiting, run):
        team.store.runs.request_stop(each.run_id)
    assert team.run(waiting.run_id).state == "stopped"
    took_s = until(lambda: team.run(run.run_id).state == "stopped", "stopped")
    record_property("stop_s", round(took_s, 2))
    team.celery = start_celery(team.store)
    assert team.wait_for_end(team.submit(SHORT).run_id).state == "finished"
    assert [team.run(each.run_id).attempt for each in (waiting, run)] == [0, 1]
    check(team, run)
    end_celery(team.celery)
