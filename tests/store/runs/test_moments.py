"""Files beside checkpoints: kept while a run of any project may go on from there, then removed."""

import pytest

from store.queue.bells import MAX_ATTEMPTS
from store.records import Run
from store.runs.moments import moments_of
from store.runs.orphans import remove_orphans
from tests.store.scene import Scene, make_scene, snapshot_row


@pytest.fixture
def run(scene: Scene) -> Run:
    """A pretraining that a worker has."""
    return scene.claim(scene.submit("pretrain"))


def keep(scene: Scene, run: Run, *epochs: int) -> None:
    """Do a worker's part with the files beside checkpoints alone."""
    for epoch in epochs:
        put(scene, run, epoch)
        scene.commit(run, epoch)
        scene.store.moments.outgrow(run.run_id, epoch)


def put(scene: Scene, run: Run, epoch: int) -> None:
    name = moments_of(snapshot_row(run, epoch).checkpoint)
    scene.store.artifacts.write(name, b"moments", durable=False)


def kept(scene: Scene, run: Run) -> list[int]:
    """Return the epochs whose file is there."""
    exists = scene.store.artifacts.exists
    return [n for n in range(20) if exists(moments_of(snapshot_row(run, n).checkpoint))]


def sweep(scene: Scene) -> int:
    """Do what an app does each hour, as if nobody had written for as long."""
    return remove_orphans(scene.store.database, scene.store.artifacts, quiet_s=-1.0)


def test_outgrow__leaves_the_last_two_epochs(scene: Scene, run: Run) -> None:
    keep(scene, run, 0)
    assert kept(scene, run) == [0]
    keep(scene, run, 1, 2, 3)
    assert kept(scene, run) == [2, 3]
    scene.store.leases.give_back(run.run_id, "worker")
    assert sweep(scene) == 0, "the next worker goes on from there"


def test_clear__of_a_live_run_removes_nothing_of_another_worker(scene: Scene, run: Run) -> None:
    keep(scene, run, 0, 1)
    put(scene, run, 2)  # and is about to name it
    scene.store.moments.clear(run.run_id)
    assert kept(scene, run) == [0, 1, 2]


@pytest.mark.parametrize("state", ["finished", "failed", "quarantined"])
def test_clear__of_a_run_that_is_over_leaves_none(scene: Scene, run: Run, state: str) -> None:
    keep(scene, run, 0, 1)
    put(scene, run, 2)  # as a worker that was killed
    scene.store.leases.finish(run.run_id, "worker", state)  # type: ignore[arg-type]
    scene.store.moments.clear(run.run_id)
    assert kept(scene, run) == []


def test_clear__of_a_stopped_pretraining_leaves_what_it_goes_on_from(
    scene: Scene, run: Run
) -> None:
    keep(scene, run, 0, 1, 2)
    put(scene, run, 3)
    scene.store.leases.finish(run.run_id, "worker", "stopped")
    scene.store.moments.clear(run.run_id)
    assert kept(scene, run) == [1, 2]
    assert sweep(scene) == 0
    again = scene.claim(scene.store.resuming.go_on(run.run_id))
    keep(scene, again, 3)
    assert (kept(scene, run), kept(scene, again)) == ([2], [3])
    scene.store.leases.finish(run.run_id, "worker", "finished")
    scene.store.moments.clear(run.run_id)
    assert (kept(scene, run), kept(scene, again)) == ([], [])


def test_sweep__removes_those_of_a_stopped_update(scene: Scene, run: Run) -> None:
    scene.commit(run, 0)
    scene.store.leases.finish(run.run_id, "worker", "finished")
    scene.name([1], 0)
    update = scene.claim(scene.submit())
    keep(scene, update, 1, 2)
    scene.store.leases.give_back(update.run_id, "worker")
    scene.store.runs.request_stop(update.run_id)
    assert sweep(scene) == 2
    assert kept(scene, update) == []


def test_sweep__removes_those_of_a_quarantined_run(scene: Scene, run: Run) -> None:
    keep(scene, run, 0, 1)
    scene.store.leases.bury("worker")
    for nth in range(MAX_ATTEMPTS):
        scene.claim(run, f"w{nth}", lease_s=-1.0)
    scene.store.leases.due()
    assert scene.store.runs.get(run.run_id).state == "quarantined"
    assert sweep(scene) == 2
    assert kept(scene, run) == []


def test_copy__may_go_on_from_where_it_was_made_though_the_run_got_on(
    scene: Scene, run: Run
) -> None:
    keep(scene, run, 0, 1, 2)
    copy = scene.store.projects.duplicate(scene.id, "copy")
    keep(scene, run, 3, 4, 5)
    assert kept(scene, run) == [1, 2, 4, 5]
    scene.store.leases.finish(run.run_id, "worker", "finished")
    scene.store.moments.clear(run.run_id)
    assert kept(scene, run) == [1, 2]
    assert sweep(scene) == 0
    scene.store.projects.delete(scene.id)
    assert kept(scene, run) == [1, 2]
    twin = scene.store.runs.of_project(copy.project_id)[0]
    taken = scene.claim(scene.store.resuming.go_on(twin.run_id))
    keep(scene, taken, 3)
    scene.store.leases.finish(taken.run_id, "worker", "finished")
    scene.store.moments.clear(taken.run_id)
    assert (kept(scene, run), kept(scene, taken)) == ([], [])


def test_delete__of_a_project_removes_those_of_its_live_run(scene: Scene, run: Run) -> None:
    keep(scene, run, 0, 1, 2)
    scene.store.projects.delete(scene.id)
    assert kept(scene, run) == []


def test_variants__that_make_room_leave_none(scene: Scene, run: Run) -> None:
    scene.commit(run, 0)
    scene.store.leases.finish(run.run_id, "worker", "finished")
    scene.name([1], 0)
    variants = scene.store.variants
    config = run.config
    (one,) = variants.submit(scene.id, [config], "Ana", "ana", "first")
    claimed = scene.claim(one.run)
    keep(scene, claimed, 1, 2)
    scene.store.leases.finish(claimed.run_id, "worker", "failed", "as if its worker had died then")
    variants.submit(scene.id, [config], "Ana", "ana", "second")
    assert kept(scene, claimed) == []


def test_outgrow__leaves_those_of_other_runs(scene: Scene, run: Run) -> None:
    other = make_scene(scene.store)
    theirs = other.claim(other.submit("pretrain"), "another")
    keep(scene, run, 0)
    put(other, theirs, 0)
    other.commit(theirs, 0, "another")
    keep(scene, run, 1, 2)
    assert kept(other, theirs) == [0]
