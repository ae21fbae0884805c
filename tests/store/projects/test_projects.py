"""Projects, on SQLite and on PostgreSQL."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from ml.errors import InvalidInputError
from store.errors import NotFoundError
from store.records import Gesture
from store.sql.tables import FRAME, SNAPSHOT
from tests.store.scene import ANA, BEN, Scene, frame_row, make_scene, put_digits, snapshot_row


def test_create__is_listed_and_found(scene: Scene) -> None:
    projects = scene.store.projects
    assert projects.get(scene.id) == scene.project
    assert projects.list() == [scene.project]
    assert (scene.project.preset, scene.project.latent_dim) == ("lodemap", 2)


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""}, {"name": "x" * 201}, {"latent_dim": 4}, {"seed": -1}, {"seed": 2**31},
        {"preset": "gpt"}, {"class_names": ("a", "A")}, {"class_names": ("",)},
        {"class_names": tuple(f"c{i}" for i in range(1001))},
    ],
)  # fmt: skip
def test_create__bad_values_make_nothing(scene: Scene, bad: dict[str, object]) -> None:
    values = {"name": "new", "dataset_id": scene.project.dataset_id} | bad
    with pytest.raises(InvalidInputError):
        scene.store.projects.create(**values)  # type: ignore[arg-type]
    assert len(scene.store.projects.list()) == 1


def test_unknown_ids__are_not_found(scene: Scene) -> None:
    projects = scene.store.projects
    for id_ in (str(uuid.uuid4()), "../../etc/passwd", "x" * 300, "%00"):
        for call in (projects.get, projects.delete, lambda i: projects.rename(i, "n")):
            with pytest.raises(NotFoundError):
                call(id_)
        with pytest.raises(NotFoundError):
            projects.duplicate(id_, "copy")
    with pytest.raises(NotFoundError):
        projects.create("new", "0" * 64)


def test_rename_and_archive__change_the_list(scene: Scene) -> None:
    projects = scene.store.projects
    assert projects.rename(scene.id, " Digits ").name == "Digits"
    assert projects.set_archived(scene.id, True).archived_at is not None
    assert projects.list() == []
    assert [p.name for p in projects.list(include_archived=True)] == ["Digits"]
    assert projects.set_archived(scene.id, False).archived_at is None


def test_names__of_projects_are_never_the_same(scene: Scene) -> None:
    projects, dataset_id = scene.store.projects, scene.project.dataset_id
    projects.rename(scene.id, "Birds")
    made = [projects.create(name, dataset_id).name for name in ("Birds", "BIRDS", "Birds (2)")]
    assert made == ["Birds (2)", "BIRDS (3)", "Birds (4)"]
    assert projects.duplicate(scene.id, "Birds").name == "Birds (5)"
    long = projects.create("x" * 200, dataset_id)
    again = projects.create("x" * 200, dataset_id)
    assert (again.name, len(again.name)) == (f"{'x' * 196} (2)", 200)
    projects.set_archived(long.project_id, True)
    with pytest.raises(InvalidInputError, match="choose another name"):
        projects.rename(scene.id, "X" * 200)
    assert projects.rename(scene.id, "birds").name == "birds", "its own name is free to it"


def test_duplicate__is_a_project_of_its_own(scene: Scene) -> None:
    pretraining = scene.trained(scene.submit("pretrain"))
    scene.name([1, 2], 0)
    scene.trained(scene.submit())
    scene.name([3], 1, BEN)
    running = scene.claim(scene.submit(who=BEN))
    copy = Scene(scene.store, scene.store.projects.duplicate(scene.id, "copy"))
    assert copy.annotation() == scene.annotation()
    assert copy.project.name == "copy"
    runs = scene.store.runs.of_project(copy.id)
    assert [run.state for run in runs] == ["finished", "finished", "stopped"]
    assert not {run.run_id for run in runs} & {pretraining.run_id, running.run_id}
    assert [run.author_id for run in runs] == [ANA, ANA, BEN]
    assert copy.state().run_ids == tuple(run.run_id for run in runs)
    assert runs[1].parent_run_id == runs[0].run_id
    head, original = (scene.store.runs.head(each) for each in (copy.id, scene.id))
    assert head is not None
    assert original is not None
    assert head.checkpoint == original.checkpoint
    gone = scene.store.projects.duplicate(copy.id, "again")
    scene.store.journal.append(copy.id, Gesture("undo", "u1"), "Ben", BEN)
    scene.store.journal.append(copy.id, Gesture("undo", "u2"), "Ben", BEN)
    assert copy.annotation()[3] == -1
    assert scene.annotation()[3] == 1
    assert scene.store.journal.state(gone.project_id).annotation[3] == 1


def test_duplicate__holds_no_more_of_a_live_run_than_its_row_tells(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"))
    scene.commit(run, 1)
    number = scene.store.runs.get(run.run_id).last_n
    further = {"epoch": 2, "attempt": run.attempt}  # as if committed after its row was read
    with scene.store.database.write() as connection:
        for table, change in ((SNAPSHOT, further), (FRAME, {**further, "n": number + 1})):
            row = connection.execute(select(table).where(table.c.run_id == run.run_id)).mappings()
            connection.execute(insert(table), {**row.one(), **change})
    copy = scene.store.projects.duplicate(scene.id, "copy")
    (copied,) = scene.store.runs.of_project(copy.project_id)
    with scene.store.database.read() as connection:
        for table, number_of in ((SNAPSHOT, SNAPSHOT.c.epoch), (FRAME, FRAME.c.n)):
            mine = select(number_of).where(table.c.run_id == copied.run_id)
            most = copied.last_epoch if table is SNAPSHOT else copied.last_n
            assert list(connection.scalars(mine)) == [most]


def test_delete__keeps_files_that_a_copy_shares(scene: Scene) -> None:
    artifacts = scene.store.artifacts
    run = scene.claim(scene.submit("pretrain"))
    names = [f"runs/{run.run_id}/1-0.{kind}" for kind in ("weights", "frame", "field")]
    for name in names:
        artifacts.write(name, b"bytes", durable=True)
    frame = replace(frame_row(run, 0, is_snapshot=True), field=names[2])
    scene.store.leases.commit_epoch(run.run_id, "worker", snapshot_row(run, 0), frame)
    copy = scene.store.projects.duplicate(scene.id, "copy")
    scene.store.projects.delete(scene.id)
    assert [artifacts.read(name) for name in names] == [b"bytes"] * 3
    scene.store.projects.delete(copy.project_id)
    assert not any(artifacts.exists(name) for name in names)
    with pytest.raises(NotFoundError):
        scene.state()


def test_delete__removes_the_data_set_with_its_last_project(scene: Scene) -> None:
    other = make_scene(scene.store)
    scene.store.projects.delete(scene.id)
    assert other.state().annotation.size == 40
    other.store.projects.delete(other.id)
    assert scene.store.datasets.list() == []
    assert not scene.store.artifacts.exists(f"datasets/{other.project.dataset_id}/images.npy")
    assert put_digits(scene.store) == other.project.dataset_id
    assert scene.store.datasets.samples(other.project.dataset_id).images.shape == (40, 1, 8, 8)
