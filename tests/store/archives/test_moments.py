"""What a run that may go on needs beside its network travels along, and of no other run."""

import io
import json
import zipfile

import pytest

from store.archives.adoption import import_project
from store.archives.archive import FORMAT_VERSION
from store.archives.intact import sha256_beside
from store.archives.packing import pack_project
from store.archives.sizes import archive_sizes
from store.opening import Store
from store.records import Project, Run
from store.runs.moments import ENDING, moments_of
from store.runs.orphans import remove_orphans
from tests.store.archives.forging import flip_bit
from tests.store.archives.story import add_epoch, tell
from tests.store.scene import Scene

MOMENTS = b"moments of epoch %d"


@pytest.fixture
def run(scene: Scene) -> Run:
    """A pretraining under way, after its third epoch."""
    run = scene.claim(scene.submit("pretrain"))
    for epoch in range(4):
        store = scene.store
        add_epoch(scene, run, epoch)
        name = moments_of(store.runs.snapshot(run.run_id, epoch).checkpoint)
        store.artifacts.write(name, MOMENTS % epoch, durable=False)
        store.moments.outgrow(run.run_id, epoch)
    return run


def packed(scene: Scene, *, every_epoch: bool = False) -> io.BytesIO:
    file = io.BytesIO()
    file.writelines(pack_project(scene.store, scene.id, False, every_epoch))
    return file


def beside(store: Store, project: Project) -> dict[int, bytes]:
    """Return what is there beside the checkpoints of a project's pretraining, by epoch."""
    run = store.runs.of_project(project.project_id)[0]
    rows = [store.runs.snapshot(run.run_id, epoch) for epoch in range(run.last_epoch + 1)]
    names = {row.epoch: moments_of(row.checkpoint) for row in rows}
    return {n: store.artifacts.read(f) for n, f in names.items() if store.artifacts.exists(f)}


@pytest.mark.parametrize("is_stopped", [False, True])
@pytest.mark.parametrize("every_epoch", [False, True])
def test_archive__of_a_pretraining_on_its_way_has_what_it_goes_on_from(
    scene: Scene, run: Run, every_epoch: bool, is_stopped: bool
) -> None:
    store = scene.store
    if is_stopped:
        store.leases.finish(run.run_id, "worker", "stopped")
    sizes, file = archive_sizes(store, scene.id), packed(scene, every_epoch=every_epoch)
    archive = zipfile.ZipFile(file)
    held = sum(info.file_size for info in archive.infolist() if info.filename.endswith(ENDING))
    assert held == len(MOMENTS % 3) * (1 + every_epoch)
    assert sizes.every - sizes.newest > len(MOMENTS % 2)
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["format_version"], manifest["gone"]) == (FORMAT_VERSION, [])
    copy = import_project(store, file)
    epochs = (2, 3) if every_epoch else (3,)
    assert beside(store, copy) == {epoch: MOMENTS % epoch for epoch in epochs}
    remove_orphans(store.database, store.artifacts, quiet_s=-1.0)
    assert [*beside(store, copy)] == [*epochs]
    store.projects.delete(copy.project_id)
    assert not store.artifacts.listed("imported")


def test_archive__of_runs_that_are_over_has_none(scene: Scene) -> None:
    runs = tell(scene)
    name = moments_of(scene.store.runs.snapshot(runs[-1].run_id, 2).checkpoint)
    scene.store.artifacts.write(name, b"its worker was killed before it removed it", durable=False)
    archive = zipfile.ZipFile(packed(scene))
    assert not [each for each in archive.namelist() if each.endswith(ENDING)]


def test_archive__without_them_opens_all_the_same(scene: Scene, run: Run) -> None:
    """As where the run goes on while it is packed, and has outgrown them."""
    store = scene.store
    for epoch in (2, 3):
        name = moments_of(store.runs.snapshot(run.run_id, epoch).checkpoint)
        store.artifacts.remove(name)
    file = packed(scene)
    assert json.loads(zipfile.ZipFile(file).read("manifest.json"))["missing"] == [
        store.runs.snapshot(run.run_id, epoch).checkpoint for epoch in range(3)
    ]
    assert beside(store, import_project(store, file)) == {}


@pytest.mark.parametrize("every_epoch", [False, True])
def test_archive__has_those_of_the_network_in_the_place_of_a_damaged_one(
    scene: Scene, run: Run, every_epoch: bool
) -> None:
    store = scene.store
    store.leases.finish(run.run_id, "worker", "stopped")
    flip_bit(store, store.runs.snapshot(run.run_id, 3).checkpoint, 3)
    copy = import_project(store, packed(scene, every_epoch=every_epoch))
    assert beside(store, copy) == {2: MOMENTS % 2}


@pytest.mark.parametrize("header", [b"", b"[", b"[]", b"{}", b'{"__metadata__": "x"}'])
def test_sha256_beside__of_what_says_nothing_is_none(header: bytes) -> None:
    assert sha256_beside(len(header).to_bytes(8, "little") + header) is None
    assert sha256_beside(b"\xff" * 8 + header) is None
