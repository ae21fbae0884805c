"""Networks that an archive came without by choice are no lost ones, here and in later archives."""

import io
from pathlib import Path

import pytest
from sqlalchemy import func, update

from store.archives.adoption import import_project
from store.archives.intact import Gone
from store.archives.packing import pack_project
from store.archives.sizes import archive_sizes
from store.archives.unpacking import ArchiveReader
from store.backups.backup import back_up
from store.backups.restoring import restore
from store.files.left_out import ENDING
from store.opening import open_store
from store.records import Project
from store.sql.tables import SNAPSHOT
from tests.store.archives.story import CHECKPOINT, tell
from tests.store.backups.test_backup import another_place
from tests.store.scene import Scene

NUM_LEFT_OUT = 6
"""Of the story's nine networks, in an archive of the newest."""


@pytest.fixture
def copy(scene: Scene) -> Project:
    """What an archive of the newest networks became."""
    tell(scene)
    return brought_in(scene, scene.project)


def lost(each: Gone) -> None:
    pytest.fail(each.sentence)


def packed(scene: Scene, project: Project, *, every_epoch: bool = False) -> io.BytesIO:
    file = io.BytesIO()
    file.writelines(pack_project(scene.store, project.project_id, False, every_epoch, lost))
    return file


def brought_in(scene: Scene, project: Project) -> Project:
    return import_project(scene.store, packed(scene, project))


def test_backup__names_no_network_that_was_left_out(
    scene: Scene, copy: Project, tmp_path: Path
) -> None:
    store = scene.store
    assert back_up(store.settings, tmp_path / "kept.zip").missing == ()
    run = store.runs.of_project(copy.project_id)[0]
    lost = store.runs.snapshot(run.run_id, run.last_epoch).checkpoint
    store.artifacts.remove(lost)
    assert back_up(store.settings, tmp_path / "lacking.zip").missing == (lost,)


def test_backup__of_a_second_copy_names_none(scene: Scene, copy: Project, tmp_path: Path) -> None:
    again = brought_in(scene, copy)
    scene.store.projects.duplicate(again.project_id, "Once more")
    assert back_up(scene.store.settings, tmp_path / "kept.zip").missing == ()
    assert len(ArchiveReader(packed(scene, again)).manifest.missing) == NUM_LEFT_OUT


def test_backup__of_what_an_earlier_release_opened_is_whole_once_it_is_opened_anew(
    scene: Scene, copy: Project, tmp_path: Path
) -> None:
    """Its names do not tell a network that was left out from one that was lost."""
    store, own = scene.store, SNAPSHOT.c.checkpoint
    with store.database.write() as connection:
        earlier = func.replace(own, ENDING, ".safetensors")
        connection.execute(update(SNAPSHOT).values(checkpoint=earlier))
    assert len(back_up(store.settings, tmp_path / "lacking.zip").missing) == NUM_LEFT_OUT
    brought_in(scene, copy)
    store.projects.delete(copy.project_id)
    assert back_up(store.settings, tmp_path / "kept.zip").missing == ()


def test_backup__keeps_what_was_written_in_the_place_of_one(
    scene: Scene, copy: Project, tmp_path: Path
) -> None:
    """As when a pretraining goes on and learns its last epochs once more."""
    store = scene.store
    run = store.runs.of_project(copy.project_id)[0]
    name = store.runs.snapshot(run.run_id, 0).checkpoint
    store.artifacts.write(name, CHECKPOINT % 0, durable=True)
    kept = back_up(store.settings, tmp_path / "kept.zip")
    assert f"artifacts/{name}" in kept.members
    manifest = ArchiveReader(packed(scene, copy, every_epoch=True)).manifest
    assert len(manifest.missing) == NUM_LEFT_OUT - 1
    assert manifest.counts["checkpoint"] == 4


def test_restore__takes_a_backup_that_lacks_some(
    scene: Scene, copy: Project, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    back_up(scene.store.settings, tmp_path / "kept.zip")
    with another_place(scene.store.settings, request) as settings:
        restore(settings, tmp_path / "kept.zip")
        with open_store(settings, as_app=True) as store:
            assert store.projects.get(copy.project_id).name == copy.name


def test_export__of_a_copy_tells_of_none_that_was_left_out(scene: Scene, copy: Project) -> None:
    sizes = archive_sizes(scene.store, copy.project_id)
    assert (sizes.newest_gone, sizes.every_gone) == (0, 0)
    manifest = ArchiveReader(packed(scene, copy, every_epoch=True)).manifest
    assert manifest.gone == ()
    assert len(manifest.missing) == NUM_LEFT_OUT
    assert manifest.counts["checkpoint"] == 3


def test_import__of_an_archive_whose_network_was_lost_still_lacks_it(
    scene: Scene, tmp_path: Path
) -> None:
    store, run = scene.store, tell(scene)[0]
    lost = store.runs.snapshot(run.run_id, run.last_epoch).checkpoint
    store.artifacts.remove(lost)
    file = io.BytesIO()
    file.writelines(pack_project(store, scene.id, False))
    copy = import_project(store, file)
    own = store.runs.of_project(copy.project_id)[0]
    missing = back_up(store.settings, tmp_path / "kept.zip").missing
    assert sorted(missing) == sorted([lost, store.runs.snapshot(own.run_id, 2).checkpoint])
