"""A project goes out and comes back, on both databases and from one to the other."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.maps.codec import decode_frame
from store.archives import put_aside
from store.archives.adoption import import_project
from store.archives.archive import BadArchiveError
from store.archives.arriving_data import PREFIX
from store.archives.packing import pack_project
from store.errors import DiskFullError
from store.opening import Store, open_store
from store.records import Run
from store.settings import Settings
from tests.small_disk import files_up_to
from tests.store.archives.forging import files_of, signed
from tests.store.archives.story import learn, tell
from tests.store.scene import ANA, BEN, Scene, make_scene


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Store]:
    """Another, empty Lodemap, on SQLite."""
    with open_store(Settings.from_env({}, {"data_dir": tmp_path / "elsewhere"})) as opened:
        yield opened


def packed(scene: Scene, with_data: bool = True) -> io.BytesIO:
    file = io.BytesIO()
    file.writelines(pack_project(scene.store, scene.id, with_data, every_epoch=True))
    return file


def full(store: Store) -> Scene:
    scene = make_scene(store)
    tell(scene)
    scene.move([10, 11], [[1, 2], [3, 4]], class_index=1)
    scene.say("place_class", class_index=1, place=[0.5, 0.5])
    return scene


def story_of(store: Store, project_id: str) -> dict[str, Any]:
    """All that matters of a project, free of ids."""
    state, runs = store.journal.state(project_id), store.runs.of_project(project_id)
    number = {run.run_id: run.number for run in runs}
    return {
        "annotation": state.annotation.tolist(),
        "classes": state.classes,
        "places": dict(state.class_places),
        "pins": (state.pins.ids.tolist(), state.pins.places.tolist(), state.pins.seq.tolist()),
        "undo": (dict(state.undoable), dict(state.redoable), state.taken_back),
        "line": [number[run_id] for run_id in state.run_ids],
        "events": [
            (e.seq, e.verb, e.author, e.author_id, e.created_at, e.samples, e.targets)
            for e in store.journal.events(project_id)
        ],
        "runs": [_run_story(store, run, number) for run in runs],
    }


def _run_story(store: Store, run: Run, number: dict[str, int]) -> list[object]:
    snapshots = [store.runs.snapshot(run.run_id, epoch) for epoch in range(run.last_epoch + 1)]
    frames = store.frames.after(run.run_id, 0)
    return [
        (run.number, run.kind, run.config, run.journal_seq, run.created_at),
        (run.author, run.author_id),
        (run.ended_at, run.last_epoch, run.last_n, number.get(run.parent_run_id or "")),
        [(s.epoch, s.sha256, s.metrics, store.artifacts.read(s.checkpoint)) for s in snapshots],
        [(f.n, f.attempt, f.epoch, f.is_snapshot, f.metrics) for f in frames],
        [store.artifacts.read(f.artifact) for f in frames],
        [store.artifacts.read(f.field) for f in frames if f.field],
    ]


def test_round_trip__within_one_store(scene: Scene) -> None:
    tell(scene)
    copy = import_project(scene.store, packed(scene, with_data=False))
    assert copy.project_id != scene.id
    assert (copy.name, copy.preset) == (f"{scene.project.name} (2)", scene.project.preset)
    assert copy.dataset_id == scene.project.dataset_id
    assert story_of(scene.store, copy.project_id) == story_of(scene.store, scene.id)
    askers = {run.author_id for run in scene.store.runs.of_project(copy.project_id)}
    assert askers == {ANA}, "as of gestures: kept, also of somebody who is not known here"


def test_copy__of_before_runs_told_whose_they_are_has_it_from_gestures(scene: Scene) -> None:
    tell(scene)
    files, name = files_of(packed(scene).getvalue()), "rows/run.jsonl"
    rows = [json.loads(line) for line in files[name].splitlines()]
    assert {row.pop("author_id") for row in rows} == {ANA}
    files[name] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    manifest = json.loads(files["manifest.json"]) | {"format_version": 1}
    files["manifest.json"] = json.dumps(manifest).encode()
    copy = import_project(scene.store, signed(files))
    askers = [run.author_id for run in scene.store.runs.of_project(copy.project_id)]
    assert askers == [None, ANA, ANA], "nobody knows of a pretraining"


def test_round_trip__to_an_empty_store_and_back(any_store: Store, elsewhere: Store) -> None:
    """Between SQLite and PostgreSQL too: `any_store` is once each."""
    scene = full(any_store)
    there = import_project(elsewhere, packed(scene), name="Over there")
    assert there.name == "Over there"
    assert story_of(elsewhere, there.project_id) == story_of(any_store, scene.id)
    back = import_project(any_store, packed(Scene(elsewhere, there)))
    assert story_of(any_store, back.project_id) == story_of(any_store, scene.id)
    samples, original = (
        store.datasets.samples(scene.project.dataset_id) for store in (elsewhere, any_store)
    )
    for part in ("images", "label", "is_held_out"):
        assert (getattr(samples, part) == getattr(original, part)).all()
    assert elsewhere.datasets.get(there.dataset_id) == any_store.datasets.get(there.dataset_id)


def test_copy__undo_and_learning_go_on(scene: Scene) -> None:
    tell(scene)
    copy = Scene(scene.store, import_project(scene.store, packed(scene)), scene.keys)
    copy.say("undo", who=BEN)  # the merge
    assert copy.annotation()[1] == 0
    assert scene.annotation()[1] == 1
    copy.say("undo", who=ANA)  # the last Update
    assert [scene.store.runs.get(r).number for r in copy.state().run_ids] == [0, 1]
    run = learn(copy, copy.submit())
    assert run.number == 3
    head = scene.store.runs.head(copy.id)
    assert head is not None
    assert head.run_id == run.run_id


def test_copy__lives_when_the_original_goes(scene: Scene) -> None:
    tell(scene)
    copy = import_project(scene.store, packed(scene))
    before = story_of(scene.store, copy.project_id)
    scene.store.projects.delete(scene.id)
    assert story_of(scene.store, copy.project_id) == before
    names = [f.artifact for r in copy_runs(scene.store, copy.project_id) for f in frames(scene, r)]
    scene.store.projects.delete(copy.project_id)
    assert not any(scene.store.artifacts.exists(name) for name in names)


def copy_runs(store: Store, project_id: str) -> list[Run]:
    return store.runs.of_project(project_id)


def frames(scene: Scene, run: Run) -> list[Any]:
    return scene.store.frames.after(run.run_id, 0)


def test_copy__live_runs_are_stopped(scene: Scene) -> None:
    tell(scene)
    scene.name([8], 1)
    live = scene.claim(scene.submit())
    copy = import_project(scene.store, packed(scene))
    run = scene.store.runs.of_project(copy.project_id)[-1]
    assert (run.state, run.owner, run.number) == ("stopped", None, live.number)
    assert run.ended_at is not None
    assert scene.store.runs.get(live.run_id).state == "running"


def test_export__a_file_that_is_gone_is_told_and_the_rest_goes_on(scene: Scene) -> None:
    runs = tell(scene)
    lost = scene.store.frames.after(runs[0].run_id, 0)[1]
    scene.store.artifacts.remove(lost.artifact)
    copy = import_project(scene.store, packed(scene))
    copied = scene.store.runs.of_project(copy.project_id)[0]
    rows = scene.store.frames.after(copied.run_id, 0)
    assert len(rows) == len(scene.store.frames.after(runs[0].run_id, 0))
    assert [scene.store.artifacts.exists(row.artifact) for row in rows].count(False) == 1


@pytest.mark.parametrize("num_bytes", [0, 20])
def test_export__rows_that_find_no_room_are_a_sentence(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, num_bytes: int
) -> None:
    monkeypatch.setattr(put_aside, "SMALL", 10)
    monkeypatch.setattr("tempfile.tempdir", None)  # as in a process that has just started
    with files_up_to(num_bytes), pytest.raises(DiskFullError):
        next(pack_project(scene.store, scene.id, with_data=False))


def test_export__streams(scene: Scene) -> None:
    tell(scene)
    chunks = list(pack_project(scene.store, scene.id, with_data=True))
    assert len([chunk for chunk in chunks if chunk]) > 10
    with zipfile.ZipFile(io.BytesIO(b"".join(chunks))) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[-1] == "manifest.json"


def test_import__without_data_needs_them_here(scene: Scene, elsewhere: Store) -> None:
    tell(scene)
    with pytest.raises(BadArchiveError, match="export the project again with its data"):
        import_project(elsewhere, packed(scene, with_data=False))
    assert elsewhere.projects.list() == []
    import_project(elsewhere, packed(scene))
    import_project(elsewhere, packed(scene, with_data=False))
    assert len(elsewhere.projects.list()) == 2


@pytest.mark.parametrize("num_bytes", [100, 2000])
def test_import__data_that_find_no_room_are_a_sentence(
    scene: Scene, elsewhere: Store, monkeypatch: pytest.MonkeyPatch, num_bytes: int
) -> None:
    tell(scene)
    file = packed(scene)
    with files_up_to(num_bytes), pytest.raises(DiskFullError, match="The disk is full"):
        import_project(elsewhere, file)
    monkeypatch.setattr("store.files.disk.SPARE_BYTES", 2**60)
    with pytest.raises(DiskFullError, match=r"^The archive needs 0\.0 MB, and 0\.0 MB are free"):
        import_project(elsewhere, file)
    assert not list(elsewhere.settings.data_dir.glob(f"{PREFIX}*"))
    assert elsewhere.projects.list() == []


def test_import__heads_agree(scene: Scene, elsewhere: Store) -> None:
    tell(scene)
    copy = import_project(elsewhere, packed(scene))
    places: list[Any] = []
    for store, project_id in ((scene.store, scene.id), (elsewhere, copy.project_id)):
        head = store.runs.head(project_id)
        assert head is not None
        row = store.frames.get(head.run_id, head.attempt, head.frame_n)
        places.append(decode_frame(store.artifacts.read(row.artifact)).embedding)
    np.testing.assert_array_equal(places[0], places[1])
