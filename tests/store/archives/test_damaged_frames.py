"""A frame or field of which a bit has changed is left out of an archive, and told."""

import io

import pytest

from ml.maps.seal import AT
from store.archives.adoption import import_project
from store.archives.intact import Gone
from store.archives.packing import pack_project
from store.archives.unpacking import ArchiveReader
from tests.store.archives.forging import flip_bit
from tests.store.archives.story import tell
from tests.store.scene import Scene

BITS = {"magic": 1, "axes": 8 * 6, "corner": 8 * 22 + 3, "place": 8 * 90, "last": -1}
"""What of a file is damaged, by the bit that changed."""


def packed(scene: Scene) -> tuple[io.BytesIO, list[Gone]]:
    file, told = io.BytesIO(), list[Gone]()
    file.writelines(pack_project(scene.store, scene.id, False, tell_gone=told.append))
    return file, told


@pytest.mark.parametrize("bit", BITS.values(), ids=[*BITS])
@pytest.mark.parametrize("what", ["frame", "snapshot", "field"])
def test_frames__with_a_flipped_bit_are_left_out_and_told(
    scene: Scene, what: str, bit: int
) -> None:
    run, store = tell(scene)[1], scene.store
    frame = next(f for f in store.frames.after(run.run_id, 1) if f.is_snapshot != (what == "frame"))
    name = str(frame.field if what == "field" else frame.artifact)
    flip_bit(store, name, bit % (8 * store.artifacts.size(name)))
    file, told = packed(scene)
    assert [each.name for each in told] == [name] == list(ArchiveReader(file).manifest.gone)
    noun = "forces" if what == "field" else "map"
    assert told[0].sentence == (
        f"{name} is missing: the {noun} of run 1 at epoch {frame.epoch:g} was gone or damaged "
        "before."
    )
    copy = import_project(store, file)
    run = store.runs.of_project(copy.project_id)[1]
    row = store.frames.get(run.run_id, frame.attempt, frame.n)
    assert not store.artifacts.exists(str(row.field if what == "field" else row.artifact))


def test_frames__of_an_earlier_lodemap_are_packed_unsealed(scene: Scene) -> None:
    run, store = tell(scene)[1], scene.store
    for frame in store.frames.after(run.run_id, 0):
        for name in filter(None, (frame.artifact, frame.field)):
            data = bytearray(store.artifacts.read(name))
            data[AT : AT + 4] = bytes(4)
            store.artifacts.write(name, bytes(data), durable=False)
    file, told = packed(scene)
    assert told == []
    assert import_project(store, file).name.startswith(scene.project.name)
