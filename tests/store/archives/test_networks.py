"""Which networks an archive holds, and how large it is said to be."""

import io
import zipfile

import pytest

from ml.errors import LodemapError
from store.archives.adoption import import_project
from store.archives.intact import Gone
from store.archives.packing import pack_project
from store.archives.recognising import contents_of
from store.archives.sizes import archive_sizes
from store.archives.unpacking import ArchiveReader
from store.errors import ArtifactMissingError
from store.files.artifacts import Artifacts
from tests.store.archives.forging import flip_bit
from tests.store.archives.story import CHECKPOINT, tell
from tests.store.scene import Scene


def packed(scene: Scene, *, with_data: bool = False, every_epoch: bool = False) -> io.BytesIO:
    file = io.BytesIO()
    file.writelines(pack_project(scene.store, scene.id, with_data, every_epoch))
    return file


def networks_in(file: io.BytesIO) -> list[str]:
    return [n for n in zipfile.ZipFile(file).namelist() if n.endswith(".safetensors")]


def test_networks__are_the_newest_of_each_run_unless_all_are_asked_for(scene: Scene) -> None:
    runs = tell(scene)
    newest, every = packed(scene), packed(scene, every_epoch=True)
    assert len(networks_in(newest)) == len(runs) == 3
    assert len(networks_in(every)) == 3 * 3
    manifest = ArchiveReader(newest).manifest
    assert manifest.counts["checkpoint"] == 3
    assert len(manifest.missing) == 6
    assert manifest.gone == (), "left out is not gone"
    assert manifest.counts["class"] == 1
    assert manifest.counts["named"] == int((scene.state().annotation >= 0).sum())


@pytest.mark.parametrize(("every_epoch", "num_networks"), [(False, 3), (True, 8)])
def test_networks__that_are_gone_are_told_and_not_counted(
    scene: Scene, every_epoch: bool, num_networks: int
) -> None:
    store, run = scene.store, tell(scene)[0]
    frame = store.frames.after(run.run_id, 0)[0]
    gone = [store.runs.snapshot(run.run_id, 2).checkpoint, frame.artifact]
    for name in gone:
        store.artifacts.remove(name)
    file, sizes = io.BytesIO(), archive_sizes(store, scene.id)
    told = list[Gone]()
    file.writelines(pack_project(store, scene.id, False, every_epoch, told.append))
    manifest = ArchiveReader(file).manifest
    assert sorted(each.name for each in told) == sorted(manifest.gone) == sorted(gone)
    assert (sizes.newest_gone, sizes.every_gone) == (2, 2)
    assert manifest.counts["checkpoint"] == num_networks
    assert contents_of(ArchiveReader(file))["num_gone"] == 2
    assert len(manifest.missing) == (2 if every_epoch else 7), "one of epoch 1 is in its place"
    assert import_project(store, file).name.startswith(scene.project.name)


def damage(scene: Scene) -> str:
    """Flip a bit of the first run's newest network; return its name."""
    run = tell(scene)[0]
    name = scene.store.runs.snapshot(run.run_id, 2).checkpoint
    flip_bit(scene.store, name, 3)
    return name


def pack_and_tell(scene: Scene, *, every_epoch: bool = False) -> tuple[io.BytesIO, list[Gone]]:
    file, told = io.BytesIO(), list[Gone]()
    file.writelines(pack_project(scene.store, scene.id, True, every_epoch, told.append))
    return file, told


def test_networks__that_are_damaged_have_an_earlier_one_of_their_run_in_their_place(
    scene: Scene,
) -> None:
    name = damage(scene)
    file, told = pack_and_tell(scene)
    manifest, store = ArchiveReader(file).manifest, scene.store
    assert [each.name for each in told] == [name] == list(manifest.gone)
    assert told[0].sentence == (
        f"{name} is missing: the network of the pretraining at epoch 2 was gone or damaged before; "
        "that of epoch 1 is the newest before it."
    )
    assert manifest.counts["checkpoint"] == len(networks_in(file)) == 3
    run = store.runs.of_project(import_project(store, file).project_id)[0]
    there = store.runs.snapshot(run.run_id, 1)
    assert store.artifacts.read(there.checkpoint, there.sha256) == CHECKPOINT % 1
    with pytest.raises(ArtifactMissingError):
        store.artifacts.read(store.runs.snapshot(run.run_id, 2).checkpoint)


@pytest.mark.parametrize("every_epoch", [False, True])
def test_networks__of_a_run_that_are_all_damaged_are_told_with_their_run(
    scene: Scene, every_epoch: bool
) -> None:
    run = tell(scene)[1]
    names = [scene.store.runs.snapshot(run.run_id, epoch).checkpoint for epoch in range(3)]
    for name in names:
        flip_bit(scene.store, name, 3)
    file, told = pack_and_tell(scene, every_epoch=every_epoch)
    assert [each.name for each in told] == (names if every_epoch else names[2:])
    assert told[-1].sentence == (
        f"{names[2]} is missing: the network of run 1 at epoch 2 was gone or damaged before; the "
        "archive has no earlier one of that run."
    )
    assert len(networks_in(file)) == (6 if every_epoch else 2)
    assert import_project(scene.store, file).name.startswith(scene.project.name)


def test_networks__that_an_older_lodemap_packed_damaged_are_gone_in_the_copy(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(scene)
    store, read = scene.store, Artifacts.read
    with monkeypatch.context() as older:
        older.setattr(Artifacts, "read", lambda self, name, _=None: read(self, name))
        file = packed(scene)
    assert len(networks_in(file)) == 3
    contents = contents_of(ArchiveReader(file))
    assert (contents["num_gone"], contents["num_networks"]) == (1, 2)
    run = store.runs.of_project(import_project(store, file).project_id)[0]
    with pytest.raises(ArtifactMissingError):
        store.artifacts.read(store.runs.snapshot(run.run_id, 2).checkpoint)


def test_networks__that_are_left_out_are_not_needed_to_go_on_or_back(scene: Scene) -> None:
    tell(scene)
    copy = import_project(scene.store, packed(scene))
    store = scene.store
    for run in store.runs.of_project(copy.project_id):
        last = store.runs.snapshot(run.run_id, run.last_epoch)
        assert store.artifacts.read(last.checkpoint) == CHECKPOINT % run.last_epoch
        first = store.runs.snapshot(run.run_id, 0)
        with pytest.raises(LodemapError, match="missing"):
            store.artifacts.read(first.checkpoint)
        for frame in store.frames.after(run.run_id, 0):
            assert store.artifacts.read(frame.artifact), "what is seen of every epoch travels along"


def test_networks__a_run_began_with_are_kept(scene: Scene) -> None:
    runs = tell(scene)
    copy = import_project(scene.store, packed(scene))
    again = packed(Scene(scene.store, copy))
    assert len(networks_in(again)) == len(runs)
    assert import_project(scene.store, again).name.startswith(scene.project.name)


@pytest.mark.parametrize("with_data", [False, True])
@pytest.mark.parametrize("every_epoch", [False, True])
def test_sizes__are_those_of_the_files(scene: Scene, with_data: bool, every_epoch: bool) -> None:
    tell(scene)
    sizes = archive_sizes(scene.store, scene.id)
    file = packed(scene, with_data=with_data, every_epoch=every_epoch)
    told = (sizes.every if every_epoch else sizes.newest) + with_data * sizes.data
    real = len(file.getvalue())
    names = zipfile.ZipFile(file).infolist()
    own = sum(len(each.filename) * 2 + 200 for each in names) + 8000  # directory and manifest
    assert 0 < told <= real <= told * 1.3 + own
