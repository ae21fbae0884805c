"""The run that makes a project's first map, on SQLite and on PostgreSQL."""

import pytest

from ml.records import RunConfig
from store.errors import AlreadyRunningError
from tests.store.scene import ANA, BEN, Scene


def test_pretrain__once_in_a_project(scene: Scene) -> None:
    run = scene.submit("pretrain")
    assert (run.number, run.kind) == (0, "pretrain")
    with pytest.raises(AlreadyRunningError, match="under way"):
        scene.submit("pretrain", who=BEN)
    assert scene.state().run_ids == (run.run_id,)
    scene.trained(run)
    with pytest.raises(AlreadyRunningError):
        scene.submit("pretrain")


def test_pretrain__again_after_it_failed(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"))
    scene.store.leases.finish(run.run_id, "worker", "failed", "Out of memory.")
    again = scene.submit("pretrain")
    assert again.run_id != run.run_id
    assert scene.state().run_ids == (again.run_id,)
    assert scene.store.runs.get(run.run_id).error == "Out of memory."


def ask_for_map(scene: Scene, key: str) -> str:
    submit = scene.store.runs.submit
    return submit(scene.id, "pretrain", RunConfig(), "Ana", ANA, key).run_id


@pytest.mark.parametrize("was_claimed", [False, True])
def test_pretrain__again_after_it_was_stopped_before_its_first_epoch(
    scene: Scene, was_claimed: bool
) -> None:
    first = ask_for_map(scene, "p:0")
    if was_claimed:
        scene.store.leases.claim(first, "worker")
    scene.store.runs.request_stop(first)
    if was_claimed:
        scene.store.leases.finish(first, "worker", "stopped")
    assert ask_for_map(scene, "p:0") == first
    second = ask_for_map(scene, "p:1")
    assert second != first
    assert ask_for_map(scene, "p:1") == second
    scene.trained(scene.store.runs.get(second))
    head = scene.store.runs.head(scene.id)
    assert head is not None
    assert head.run_id == second
    with pytest.raises(AlreadyRunningError, match="formed already"):
        ask_for_map(scene, "p:2")


def test_pretrain__stopped_with_a_map_is_the_map(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"))
    scene.commit(run, 0)
    scene.store.leases.finish(run.run_id, "worker", "stopped")
    with pytest.raises(AlreadyRunningError, match="formed already"):
        scene.submit("pretrain")


def test_pretrain__in_a_copy_made_before_there_was_a_map(scene: Scene) -> None:
    scene.claim(scene.submit("pretrain"))
    copy = Scene(scene.store, scene.store.projects.duplicate(scene.id, "copy"))
    assert scene.store.runs.head(copy.id) is None
    run = scene.store.runs.get(ask_for_map(copy, f"{copy.id}:1"))
    copy.trained(run)
    head = scene.store.runs.head(copy.id)
    assert head is not None
    assert head.run_id == run.run_id
