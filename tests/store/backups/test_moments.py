"""A backup holds what the runs that may go on need beside their networks."""

from pathlib import Path
from typing import Any

import pytest

from store.backups import backup
from store.backups.backup import Copied, back_up
from store.backups.form import ARTIFACTS
from store.backups.restoring import restore
from store.opening import open_store
from store.records import Run
from store.runs.moments import ENDING, moments_of
from tests.store.archives.story import add_epoch, learn
from tests.store.backups.test_backup import another_place
from tests.store.scene import Scene


@pytest.fixture
def run(scene: Scene) -> Run:
    """A pretraining under way, beside whose last two networks something is."""
    run = scene.claim(scene.submit("pretrain"))
    for epoch in range(3):
        keep(scene, run, epoch)
    return run


def keep(scene: Scene, run: Run, epoch: int) -> None:
    """Do a worker's part of an epoch."""
    add_epoch(scene, run, epoch)
    put(scene, run, epoch)
    scene.store.moments.outgrow(run.run_id, epoch)


def put(scene: Scene, run: Run, epoch: int) -> str:
    name = moments_of(scene.store.runs.snapshot(run.run_id, epoch).checkpoint)
    scene.store.artifacts.write(name, b"moments", durable=False)
    return name


def test_backup__of_a_run_under_way_lets_it_go_on_elsewhere(
    scene: Scene, run: Run, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "kept.zip"
    manifest = back_up(scene.store.settings, path)
    assert manifest.missing == ()
    held = [name for name in manifest.members if name.startswith(ARTIFACTS)]
    assert [name.endswith(ENDING) for name in held[:3]] == [True, True, False], "they go first"
    with another_place(scene.store.settings, request) as settings:
        restore(settings, path)
        with open_store(settings, as_app=True) as store:
            names = [
                moments_of(store.runs.snapshot(run.run_id, epoch).checkpoint) for epoch in (1, 2)
            ]
            assert [store.artifacts.read(name) for name in names] == [b"moments"] * 2


def test_backup__has_none_of_a_run_that_is_over(scene: Scene, tmp_path: Path) -> None:
    run = learn(scene, scene.submit("pretrain"))
    put(scene, run, run.last_epoch)
    manifest = back_up(scene.store.settings, tmp_path / "kept.zip")
    assert manifest.missing == ()
    assert not [name for name in manifest.members if name.endswith(ENDING)]


def test_backup__misses_none_that_a_run_outgrows_before_their_turn(
    scene: Scene, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied, epochs = list[Copied](), iter(range(3, 20))

    def copy(*values: Any) -> Copied:
        copied.append(backup_copy(*values))
        for epoch in (next(epochs), next(epochs)):
            keep(scene, run, epoch)
        return copied[-1]

    backup_copy = backup.copy_database
    monkeypatch.setattr(backup, "copy_database", copy)
    manifest = back_up(scene.store.settings, tmp_path / "kept.zip")
    assert [len(copied), manifest.missing] == [1, ()]
