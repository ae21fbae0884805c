"""A worker that runs out of memory or hangs, a Redis that goes away: runs end as they should."""

import pytest

from tests.contract.workplace import (
    ENDLESS,
    LONG,
    SHORT,
    Workplace,
    is_alive,
    start_celery,
    until,
)
from tests.faults.misdeeds import Misdeeds
from tests.faults.redis_server import RedisServer
from tests.faults.watch import Measure, ask_for_run, soon, watched
from tests.patience import PATIENCE

pytestmark = pytest.mark.timeout(600)  # processes that import PyTorch take their time on busy cores
NEXT_S = 5.0
STOP_S = 1.0
WRITE_S = min(0.5 * PATIENCE, 1.0)
"""From an epoch's files to its row; what takes 2 s after Stop is ended with its process."""
HUNG_S = 5.0
LEASE_S = 8.0
"""Where a worker is gone, Stop waits for the end of its lease of 6 s."""
ANSWER_S = 1.0
"""In which a run is queued that a page asks for while Redis is away."""
BACK_S = 10.0
"""After Redis is back, until a waiting run begins."""


def workers(place: Workplace) -> set[str]:
    return {each.worker_id for each in place.store.workers.list() if each.state != "stopping"}


def test_memory__out_of_it_fails_the_run_and_spares_the_worker(
    team: Workplace, misdeeds: Misdeeds, record_property: Measure
) -> None:
    before = workers(team)
    with watched(team) as watch:
        watch.fault()
        misdeeds.at("step.before", "memory")
        run = team.wait_for_end(team.submit(SHORT, watch.project).run_id)
        following = team.submit(SHORT)
        took_s = soon(lambda: team.run(following.run_id).state != "queued", "the next run", NEXT_S)
        record_property("next_run_s", round(took_s, 2))
        assert team.wait_for_end(following.run_id).state == "finished"
    assert run.state == "failed"
    assert "memory (cpu) is too small" in (run.error or "")
    assert workers(team) == before


def test_stop__while_a_checkpoint_is_written_keeps_what_is_whole(
    team: Workplace, misdeeds: Misdeeds, record_property: Measure
) -> None:
    with watched(team) as watch:
        run = team.submit(ENDLESS, watch.project)
        team.wait_for_epoch(run.run_id, 1)
        misdeeds.at("commit_epoch.before", f"slow {WRITE_S}")
        until(lambda: misdeeds.is_done("commit_epoch.before"), "the write that takes long")
        reached = team.run(run.run_id).last_epoch
        watch.fault()
        team.store.runs.request_stop(run.run_id)
        assert team.run(run.run_id).last_epoch == reached, "Stop came after the write"
        took_s = soon(lambda: team.run(run.run_id).state == "stopped", "stopped", STOP_S)
        record_property("stop_s", round(took_s, 2))
    assert team.run(run.run_id).last_epoch == reached + 1


@pytest.mark.faults
def test_stop__of_a_hung_step_ends_the_process_and_another_takes_over(
    team: Workplace, misdeeds: Misdeeds, record_property: Measure
) -> None:
    with watched(team) as watch:
        run = team.submit(ENDLESS, watch.project)
        team.wait_for_epoch(run.run_id, 1)
        pid = team.worker_pid(run.run_id)
        watch.fault()
        misdeeds.at("step.before", "hang")
        until(lambda: misdeeds.is_done("step.before"), "the step that hangs")
        team.store.runs.request_stop(run.run_id)
        took_s = soon(lambda: team.run(run.run_id).state == "stopped", "stopped", HUNG_S)
        record_property("stop_s", round(took_s, 2))
        soon(lambda: not is_alive(pid), "the end of the process", HUNG_S)
        assert team.wait_for_end(team.submit(SHORT).run_id).state == "finished"
    assert team.run(run.run_id).attempt == 1


def test_redis__away_while_a_run_ends_and_another_is_asked_for(
    team: Workplace, redis: RedisServer, record_property: Measure
) -> None:
    with watched(team) as watch:
        running = team.submit(LONG, watch.project)
        team.wait_for_epoch(running.run_id, 1)
        watch.fault()
        redis.kill()
        waiting, took_s = ask_for_run(team, team.project())
        record_property("answer_s", round(took_s, 3))
        assert took_s < ANSWER_S * PATIENCE
        ended = team.wait_for_end(running.run_id)
        assert (ended.state, ended.error, ended.attempt) == ("finished", None, 1)
        assert team.run(waiting.run_id).state == "queued"
        redis.start()
        took_s = soon(lambda: team.run(waiting.run_id).state != "queued", "the run", BACK_S)
        record_property("begins_after_s", round(took_s, 2))
        assert team.wait_for_end(waiting.run_id).state == "finished"


@pytest.mark.faults
def test_stop__while_no_worker_is_there_is_for_good(
    team: Workplace, record_property: Measure
) -> None:
    assert team.celery is not None
    with watched(team) as watch:
        run = team.submit(ENDLESS, watch.project)
        team.wait_for_epoch(run.run_id, 1)
        waiting = team.submit(SHORT)
        watch.fault()
        team.celery.kill()
        team.celery.wait()
        for each in (waiting, run):
            team.store.runs.request_stop(each.run_id)
        assert team.run(waiting.run_id).state == "stopped"
        took_s = soon(lambda: team.run(run.run_id).state == "stopped", "stopped", LEASE_S)
        record_property("stop_s", round(took_s, 2))
        team.celery = start_celery(team.store)
        assert team.wait_for_end(team.submit(SHORT).run_id).state == "finished"
    assert [team.run(each.run_id).attempt for each in (waiting, run)] == [0, 1]
