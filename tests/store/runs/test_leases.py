"""Claim, renew, commit, finish: nobody but the owner, on SQLite and on PostgreSQL."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from store.errors import LeaseLostError
from store.queue.bells import MAX_ATTEMPTS, RING_AGAIN_S
from store.records import Run
from store.sql.tables import SNAPSHOT
from tests.store.scene import ANA, Scene, frame_row, make_scene, snapshot_row

GONE_S = -1.0
"""A lease that is over when it begins: its owner counts as dead."""


@pytest.fixture
def run(scene: Scene) -> Run:
    return scene.submit("pretrain")


def later(scene: Scene, seconds: float) -> float:
    with scene.store.database.read() as connection:
        return (connection.scalar(select(scene.store.database.clock)) or 0.0) + seconds


def test_claim__one_of_many_gets_it(scene: Scene, run: Run) -> None:
    start = threading.Barrier(8)

    def try_it(number: int) -> Run | None:
        start.wait()
        return scene.store.leases.claim(run.run_id, f"w{number}")

    with ThreadPoolExecutor(8) as pool:
        claimed = [found for found in pool.map(try_it, range(8)) if found is not None]
    assert len(claimed) == 1
    assert (claimed[0].state, claimed[0].attempt) == ("running", 1)
    assert claimed[0].started_at is not None


def test_claim__duplicate_delivery_is_refused(scene: Scene, run: Run) -> None:
    scene.claim(run, "one")
    assert scene.store.leases.claim(run.run_id, "two") is None
    assert scene.store.leases.claim(run.run_id, "one") is None


def test_claim__what_cannot_be_had(scene: Scene, run: Run) -> None:
    scene.store.runs.request_stop(run.run_id)
    assert scene.store.leases.claim(run.run_id, "w") is None
    assert scene.store.leases.claim(str(uuid.uuid4()), "w") is None


def test_claim__an_expired_lease_changes_hands(scene: Scene, run: Run) -> None:
    first = scene.claim(run, "dead", GONE_S)
    scene.commit(first, 1, "dead")
    second = scene.claim(run, "alive")
    assert (second.owner, second.attempt, second.last_epoch) == ("alive", 2, 1)
    assert second.started_at == first.started_at
    assert scene.store.leases.renew(run.run_id, "dead") == "lost"
    with pytest.raises(LeaseLostError):
        scene.commit(first, 2, "dead")
    with pytest.raises(LeaseLostError):
        scene.store.frames.add(frame_row(first, 1.5), "dead")
    with pytest.raises(LeaseLostError):
        scene.store.leases.finish(run.run_id, "dead", "finished")
    scene.store.leases.give_back(run.run_id, "dead")
    assert scene.store.runs.get(run.run_id).owner == "alive"
    assert [frame.n for frame in scene.store.frames.after(run.run_id, 0)] == [1]


def test_claim__waits_for_earlier_runs_of_the_project(scene: Scene, run: Run) -> None:
    scene.name([1], 0)
    update = scene.submit()
    assert scene.store.leases.claim(update.run_id, "w") is None
    scene.claim(run, "w1")
    assert scene.store.leases.claim(update.run_id, "w2") is None
    scene.store.leases.finish(run.run_id, "w1", "finished")
    assert scene.store.leases.claim(update.run_id, "w2") is not None


def test_claim__resolves_the_parent_once(scene: Scene, run: Run) -> None:
    scene.trained(run, num_epochs=3)
    scene.name([1], 0)
    update = scene.submit()
    claimed = scene.claim(update, "dead", GONE_S)
    assert (claimed.parent_run_id, claimed.parent_epoch) == (run.run_id, 3)
    scene.commit(claimed, 1, "dead")
    again = scene.claim(update)
    assert (again.parent_run_id, again.parent_epoch) == (run.run_id, 3)
    scene.store.leases.finish(update.run_id, "worker", "finished")
    following = scene.claim(scene.submit())
    assert (following.parent_run_id, following.parent_epoch) == (update.run_id, 1)


def test_claim__after_three_deaths_the_run_is_quarantined(scene: Scene, run: Run) -> None:
    for _ in range(MAX_ATTEMPTS):
        scene.claim(run, "dead", GONE_S)
    assert scene.store.leases.claim(run.run_id, "next") is None
    ended = scene.store.runs.get(run.run_id)
    assert (ended.state, ended.attempt) == ("quarantined", MAX_ATTEMPTS)
    assert ended.error is not None
    assert "died 3 times" in ended.error


def test_claim__deaths_between_epochs_are_not_added_up(scene: Scene, run: Run) -> None:
    for epoch in range(MAX_ATTEMPTS + 2):
        claimed = scene.claim(run, "dead", GONE_S)
        assert claimed.attempt == epoch + 1
        scene.commit(claimed, epoch, "dead")
    for _ in range(MAX_ATTEMPTS):
        scene.claim(run, "dead", GONE_S)
    assert scene.store.leases.claim(run.run_id, "next") is None
    assert scene.store.runs.get(run.run_id).state == "quarantined"


def test_give_back__after_an_epoch_allows_no_more_deaths_than_before(
    scene: Scene, run: Run
) -> None:
    for epoch in range(2):
        scene.commit(scene.claim(run, "w"), epoch, "w")
        scene.store.leases.give_back(run.run_id, "w")
    for _ in range(MAX_ATTEMPTS):
        scene.claim(run, "dead", GONE_S)
    assert scene.store.leases.claim(run.run_id, "next") is None


def test_give_back__is_claimed_at_once_and_is_no_death(scene: Scene, run: Run) -> None:
    for number in range(MAX_ATTEMPTS + 2):
        assert scene.claim(run, "w").attempt == number + 1
        scene.store.leases.give_back(run.run_id, "w")
        assert scene.store.leases.due() == [run.run_id]
    assert scene.store.runs.get(run.run_id).state == "queued"


def test_give_back__of_a_run_asked_to_stop_ends_it(scene: Scene, run: Run) -> None:
    scene.claim(run, "w")
    scene.store.runs.request_stop(run.run_id)
    scene.store.leases.give_back(run.run_id, "w")
    assert scene.store.runs.get(run.run_id).state == "stopped"


def test_renew__prolongs_and_tells_of_a_stop(scene: Scene, run: Run) -> None:
    scene.claim(run, "w", lease_s=60)
    assert scene.store.leases.renew(run.run_id, "w") == "ok"
    assert scene.store.leases.due(later(scene, 50)) == []
    assert scene.store.leases.due(later(scene, 70)) == [run.run_id]
    scene.store.runs.request_stop(run.run_id)
    assert scene.store.leases.renew(run.run_id, "w") == "stop"
    scene.store.leases.finish(run.run_id, "w", "stopped")
    assert scene.store.leases.renew(run.run_id, "w") == "lost"


def test_commit_epoch__each_once_and_with_its_frame(scene: Scene, run: Run) -> None:
    run = scene.claim(run)
    assert scene.commit(run, 0) == 1
    assert scene.store.frames.add(frame_row(run, 0.5), "worker") == 2
    assert scene.commit(run, 1) == 3
    assert scene.commit(run, 1) == 3, "its answer may have been lost"
    with pytest.raises(LeaseLostError, match="committed before"):
        scene.commit(replace(run, attempt=2), 1)
    with scene.store.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(SNAPSHOT)) == 2
    assert [frame.n for frame in scene.store.frames.after(run.run_id, 0)] == [1, 2, 3]
    assert scene.store.runs.get(run.run_id).last_epoch == 1
    assert scene.store.runs.snapshot(run.run_id, 1).frame_n == 3


def test_commit_epoch__a_measure_that_is_not_finite_is_withheld(scene: Scene, run: Run) -> None:
    run = scene.claim(run)
    row = snapshot_row(run, 0)
    odd = type(row)(**{**row.__dict__, "metrics": {"loss": float("nan"), "kl": float("inf")}})
    scene.store.leases.commit_epoch(run.run_id, "worker", odd, frame_row(run, 0, True))
    assert scene.store.runs.snapshot(run.run_id, 0).metrics == {"loss": None, "kl": None}


def test_commit_epoch__after_the_project_is_gone(scene: Scene, run: Run) -> None:
    run = scene.claim(run)
    scene.store.projects.delete(scene.id)
    assert scene.store.leases.renew(run.run_id, "worker") == "lost"
    with pytest.raises(LeaseLostError):
        scene.commit(run, 0)


def test_finish__ends_for_good(scene: Scene, run: Run) -> None:
    scene.claim(run, "w")
    scene.store.leases.finish(run.run_id, "w", "failed", "The loss is not finite.")
    ended = scene.store.runs.get(run.run_id)
    assert (ended.state, ended.error, ended.owner) == ("failed", "The loss is not finite.", None)
    assert ended.ended_at is not None
    with pytest.raises(LeaseLostError):
        scene.store.leases.finish(run.run_id, "w", "finished")


def test_due__rings_again_for_what_nobody_answered(scene: Scene, run: Run) -> None:
    due = scene.store.leases.due
    assert due() == []
    now = later(scene, RING_AGAIN_S + 1)
    assert due(now) == [run.run_id]
    assert due(now + 1) == []
    assert due(now + RING_AGAIN_S + 1) == [run.run_id]


def test_due__rings_for_the_next_run_as_soon_as_one_ends(scene: Scene, run: Run) -> None:
    scene.claim(run, "worker", lease_s=60)
    scene.name([1], 0)
    update = scene.submit()
    assert scene.store.leases.due(later(scene, 5.5)) == []
    scene.store.leases.finish(run.run_id, "worker", "finished")
    assert scene.store.leases.due() == [update.run_id]


def test_due__settles_the_runs_of_dead_workers(scene: Scene, run: Run) -> None:
    stopping, doomed = run, make_scene(scene.store)
    scene.claim(stopping, "dead", GONE_S)
    scene.store.runs.request_stop(stopping.run_id)
    other = doomed.store.runs.get(doomed.submit("pretrain").run_id)
    for _ in range(MAX_ATTEMPTS):
        doomed.claim(other, "dead", GONE_S)
    assert scene.store.leases.due() == []
    assert scene.store.runs.get(stopping.run_id).state == "stopped"
    assert scene.store.runs.get(other.run_id).state == "quarantined"


def test_due__rings_at_once_when_a_lease_runs_out(scene: Scene, run: Run) -> None:
    scene.claim(run, "w", lease_s=6)
    assert scene.store.leases.due(later(scene, 6.5)) == [run.run_id]
    assert scene.store.leases.due(later(scene, 7)) == []
    assert run.author == ANA.title()


def test_claim__is_had_while_people_go_on_naming(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what can take the parent back makes it look anew, or a lively meeting learns nothing."""
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    run, resolve = scene.submit(), scene.store.leases._parent

    def interrupted(row: Any) -> Any:
        found = resolve(row)
        scene.name([2], 0)
        return found

    monkeypatch.setattr(scene.store.leases, "_parent", interrupted)
    assert scene.store.leases.claim(run.run_id, "worker") is not None
