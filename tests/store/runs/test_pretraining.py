"""The run that makes a project's first map, on SQLite and on PostgreSQL."""

import pytest

from ml.records import RunConfig
from store.errors import AlreadyRunningError
from store.records import Run
from tests.store.scene import ANA, BEN, Scene


def test_pretrain__once_in_a_project(scene: Scene) -> None:
    run = scene.submit("pretrain")
    assert (run.number, run.kind, run.is_duplicate) == (0, "pretrain", False)
    assert (run.author, run.author_id) == ("Ana", ANA)
    again = scene.submit("pretrain", who=BEN)
    assert (again.run_id, again.state, again.is_duplicate) == (run.run_id, "queued", True)
    assert scene.state().run_ids == (run.run_id,)
    scene.trained(run)
    scene.name([1], 0)
    scene.submit()
    again = scene.submit("pretrain")
    assert (again.run_id, again.state, again.is_duplicate) == (run.run_id, "finished", True)


def test_line__begins_with_the_pretraining_of_which_no_fold_tells(scene: Scene) -> None:
    first = scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    update = scene.submit()
    state = scene.state()
    with scene.store.journal.writing(scene.id) as pen:
        told = pen.fold.state()
    assert state.run_ids == (first.run_id, update.run_id)
    assert told.taught_run_ids == state.taught_run_ids == (update.run_id,)
    assert not hasattr(told, "run_ids"), "or it would mean two things"


def test_pretrain__not_where_fine_tunings_make_the_map(scene: Scene) -> None:
    scene.name([1], 0)
    update = scene.submit()
    with pytest.raises(AlreadyRunningError, match="under way"):
        scene.submit("pretrain", who=BEN)
    scene.trained(update)
    with pytest.raises(AlreadyRunningError, match="formed already"):
        scene.submit("pretrain")


def test_pretrain__again_after_it_failed(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"))
    scene.store.leases.finish(run.run_id, "worker", "failed", "Out of memory.")
    again = scene.submit("pretrain")
    assert again.run_id != run.run_id
    assert scene.state().run_ids == (again.run_id,)
    assert scene.store.runs.get(run.run_id).error == "Out of memory."


def ask_for_map(scene: Scene, key: str) -> Run:
    return scene.store.runs.submit(scene.id, "pretrain", RunConfig("annotate-vae"), "Ana", ANA, key)


@pytest.mark.parametrize("was_claimed", [False, True])
def test_pretrain__again_after_it_was_stopped_before_its_first_epoch(
    scene: Scene, was_claimed: bool
) -> None:
    first = ask_for_map(scene, "p:0").run_id
    if was_claimed:
        scene.store.leases.claim(first, "worker")
    scene.store.runs.request_stop(first)
    if was_claimed:
        scene.store.leases.finish(first, "worker", "stopped")
    retried = ask_for_map(scene, "p:0")
    assert (retried.run_id, retried.state, retried.is_duplicate) == (first, "stopped", True)
    second = ask_for_map(scene, "p:1")
    assert (second.run_id != first, second.is_duplicate) == (True, False)
    assert ask_for_map(scene, "p:1").run_id == second.run_id
    scene.trained(second)
    head = scene.store.runs.head(scene.id)
    assert head is not None
    assert head.run_id == second.run_id == ask_for_map(scene, "p:2").run_id


def test_pretrain__stopped_with_a_map_is_the_map(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"))
    scene.commit(run, 0)
    scene.commit(run, 1)
    scene.store.leases.finish(run.run_id, "worker", "stopped")
    again = scene.submit("pretrain")
    assert (again.run_id, again.is_duplicate) == (run.run_id, True)


def test_pretrain__again_after_it_was_stopped_with_the_fresh_network_s_picture(
    scene: Scene,
) -> None:
    run = scene.claim(scene.submit("pretrain"))
    scene.commit(run, 0)
    scene.store.leases.finish(run.run_id, "worker", "stopped")
    second = ask_for_map(scene, "p:1")
    assert (second.run_id != run.run_id, second.is_duplicate) == (True, False)
    assert scene.state().run_ids == (second.run_id,)


def test_pretrain__in_a_copy_made_before_there_was_a_map(scene: Scene) -> None:
    scene.claim(scene.submit("pretrain"))
    copy = Scene(scene.store, scene.store.projects.duplicate(scene.id, "copy"))
    assert scene.store.runs.head(copy.id) is None
    run = ask_for_map(copy, f"{copy.id}:1")
    copy.trained(run)
    head = scene.store.runs.head(copy.id)
    assert head is not None
    assert head.run_id == run.run_id
