"""What names something says on which map it was drawn, as a move does, but is never too old."""

from typing import Any

import pytest

from ml.errors import InvalidInputError
from store.opening import Store
from store.records import Run, Verb
from tests.store.scene import Scene, make_scene

ABSENT = "00000000-0000-4000-8000-000000000000"
VERBS: tuple[tuple[Verb, dict[str, Any]], ...] = (
    ("annotate", {"class_index": 1}),
    ("annotate", {"new_class": {"name": "bird"}}),
    ("mark_unsure", {}),
    ("clear", {}),
)


@pytest.fixture
def scene(store: Store) -> Scene:
    return make_scene(store)


def first_map(scene: Scene) -> Run:
    return scene.trained(scene.submit("pretrain"), num_epochs=3)


def values_of(scene: Scene, seq: int) -> dict[str, Any]:
    return dict(scene.store.journal.event(scene.id, seq).values)


def test_snapshot__is_kept_and_never_outdated(scene: Scene) -> None:
    oldest = {"run_id": first_map(scene).run_id, "n": 1}
    for verb, values in VERBS:
        said = values_of(scene, scene.say(verb, [1, 2], **values, snapshot=oldest).seq)
        assert said["snapshot"] == oldest
        assert "is_outdated" not in said


def test_snapshot__may_be_left_out(scene: Scene) -> None:
    for verb, values in VERBS:
        said = [scene.say(verb, [1], **values), scene.say("clear", [1], snapshot=None)]
        assert not any("snapshot" in values_of(scene, ack.seq) for ack in said)


@pytest.mark.parametrize("snapshot", ["x", {"run_id": "x", "n": 1}, {"run_id": ABSENT, "n": -1}])
def test_snapshot__of_another_form(scene: Scene, snapshot: object) -> None:
    before = scene.state().seq
    for verb, values in VERBS:
        with pytest.raises(InvalidInputError, match="run_id and the n"):
            scene.say(verb, [1], **values, snapshot=snapshot)
    assert scene.state().seq == before


def test_snapshot__of_another_project(scene: Scene) -> None:
    foreign = first_map(make_scene(scene.store))
    before = scene.state().seq
    for run_id in (foreign.run_id, ABSENT):
        for verb, values in VERBS:
            with pytest.raises(InvalidInputError, match="not of this project; reload the page"):
                scene.say(verb, [1], **values, snapshot={"run_id": run_id, "n": 1})
    assert scene.state().seq == before


def test_snapshot__stands_beside_what_else_a_name_says(scene: Scene) -> None:
    snapshot = {"run_id": first_map(scene).run_id, "n": 2}
    first = scene.name([1], 0).seq
    settled = scene.say("annotate", [1], class_index=1, settles=True, snapshot=snapshot).seq
    assert values_of(scene, settled) == {"class_index": 1, "settles": True, "snapshot": snapshot}
    part = scene.say("mark_unsure", [2], part_of=first, snapshot=snapshot).seq
    assert values_of(scene, part) == {"part_of": first, "snapshot": snapshot}


def test_snapshot__is_nothing_to_whoever_gives_no_names(scene: Scene) -> None:
    snapshot = {"run_id": first_map(scene).run_id, "n": 1}
    for verb, values in (("add_class", {"name": "bird"}), ("reset", {}), ("undo", {})):
        with pytest.raises(InvalidInputError, match="takes no value 'snapshot'"):
            scene.say(verb, **values, snapshot=snapshot)  # type: ignore[arg-type]


def test_snapshot__undo_and_redo_work_as_without_one(scene: Scene) -> None:
    snapshot = {"run_id": first_map(scene).run_id, "n": 1}
    said: tuple[tuple[Verb, dict[str, Any], int], ...] = (
        ("annotate", {"class_index": 1}, 1), ("mark_unsure", {}, -2), ("clear", {}, -1),
    )  # fmt: skip
    for verb, values, value in said:
        before = scene.annotation()[1]
        scene.say(verb, [1], **values, snapshot=snapshot)
        assert scene.annotation()[1] == value
        scene.say("undo")
        assert scene.annotation()[1] == before
        scene.say("redo")
        assert scene.annotation()[1] == value


def test_snapshot__goes_along_with_a_copy(scene: Scene) -> None:
    run = first_map(scene)
    seq = scene.say("clear", [1], snapshot={"run_id": run.run_id, "n": 1}).seq
    copy = scene.store.projects.duplicate(scene.id, "copy")
    mine = scene.store.runs.of_project(copy.project_id)[0]
    said = scene.store.journal.event(copy.project_id, seq).values
    assert said["snapshot"] == {"run_id": mine.run_id, "n": 1}
    assert mine.run_id != run.run_id
