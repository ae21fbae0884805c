"""What a move may say: each refusal is one sentence and saves nothing."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from ml.errors import InvalidInputError, LodemapError
from ml.maps.pins import pack_targets
from store.errors import StaleClassError
from store.journal.moves import MOST_MOVED
from store.opening import Store, open_store
from store.records import Gesture
from store.settings import Settings
from tests.store.scene import ANA, BEN, Scene, make_scene, pack, put_digits

ABSENT = "00000000-0000-4000-8000-000000000000"
HELD_OUT = [32, 39]
"""The last fifth of the scene."""


@pytest.fixture
def scene(store: Store) -> Scene:
    return make_scene(store)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One scene for all the gestures that save nothing."""
    settings = Settings.from_env({}, {"data_dir": tmp_path_factory.mktemp("store") / "data"})
    with open_store(settings) as store:
        yield make_scene(store)


def refusal(
    scene: Scene,
    verb: Any,
    ids: list[int] | None = None,
    expected: type[LodemapError] = InvalidInputError,
    **values: Any,
) -> str:
    """Say something that must be refused; return the sentence, and check nothing was saved."""
    before = scene.state().seq
    targets = values.pop("targets", b"")
    samples = b"" if ids is None else pack(ids, values.pop("num_samples", 40))
    gesture = Gesture(verb, "k", samples, values, targets)
    with pytest.raises(expected) as caught:
        scene.store.journal.append(scene.id, gesture, "Ana", ANA)
    assert scene.state().seq == before
    assert "\n" not in caught.value.sentence
    return caught.value.sentence


def at(value: float, count: int) -> bytes:
    return pack_targets(np.full((count, 2), value))


@pytest.mark.parametrize("verb", ["move", "pin"])
@pytest.mark.parametrize(
    ("ids", "targets", "said"),
    [
        ([], b"", "Nothing is selected"),
        ([1], b"", "1 samples on a map of 2 axes need 8"),
        ([1], at(0, 2), "take 16 bytes"),
        ([1, 2], at(0, 2)[:-1], "take 15 bytes"),
        ([1], at(np.nan, 1), "not a finite number"),
        ([1], at(np.inf, 1), "not a finite number"),
        ([1], at(-np.inf, 1), "not a finite number"),
        ([1], at(1.1e6, 1), "the limit is 1,000,000"),
        (HELD_OUT, at(0, 2), "Only held-out samples are selected"),
    ],
)
def test_targets__rules(quiet: Scene, verb: str, ids: list[int], targets: bytes, said: str) -> None:
    assert said in refusal(quiet, verb, ids, targets=targets)


def test_ids__outside_the_data_set(quiet: Scene) -> None:
    sentence = refusal(quiet, "move", [1, 70], num_samples=100, targets=at(0, 2))
    assert "1 of 2 selected samples are not in this data set" in sentence


@pytest.mark.parametrize(
    ("verb", "values"),
    [
        ("clear", {"ids": [1], "targets": at(0, 1)}),
        ("release", {"ids": [1], "targets": at(0, 1)}),
        ("pin", {"ids": [1], "targets": at(0, 1), "class_index": 0}),
        ("move", {"ids": [1], "targets": at(0, 1), "num_held_out": 3}),
        ("move", {"ids": [1], "targets": at(0, 1), "new_class": {"name": "x"}}),
        ("release", {"ids": [1], "snapshot": {"run_id": ABSENT, "n": 1}}),
        ("place_class", {"ids": [1], "class_index": 0, "place": [0, 0]}),
        ("place_class", {"class_index": 0, "place": [0, 0], "targets": at(0, 1)}),
        ("release_class", {"class_index": 0, "place": [0, 0]}),
    ],
)
def test_values__only_those_of_the_verb(quiet: Scene, verb: str, values: dict[str, Any]) -> None:
    assert "takes no" in refusal(quiet, verb, **values)


@pytest.mark.parametrize(
    "place",
    [None, 1.0, [], [1], [1, 2, 3], "12", ["1", "2"], [True, False], [None, 0], {"0": 1, "1": 2}],
)
def test_place__must_hold_a_number_for_each_axis(quiet: Scene, place: object) -> None:
    sentence = refusal(quiet, "place_class", class_index=0, place=place)
    assert sentence == "place must hold 2 numbers, one for each axis."


@pytest.mark.parametrize("place", [[np.nan, 0], [0, np.inf], [10**400, 0], [2e6, 0]])
def test_place__finite_and_not_too_far(quiet: Scene, place: list[float]) -> None:
    assert "place" in refusal(quiet, "place_class", class_index=0, place=place).lower()


def test_class__merged_or_taken_back_meanwhile(scene: Scene) -> None:
    scene.say("add_class", name="bird", who=BEN)
    scene.say("merge_class", class_index=1, into=0)
    scene.say("undo", who=BEN)
    for index, said in ((1, "'dog' was merged"), (2, "'bird' was taken back"), (9, "no class 9")):
        for verb, values in (
            ("move", {"ids": [1], "targets": at(0, 1)}),
            ("place_class", {"place": [0, 0]}),
            ("release_class", {}),
        ):
            stale = refusal(scene, verb, expected=StaleClassError, class_index=index, **values)
            assert said in stale


@pytest.mark.parametrize("with_classes", [1, "yes", None, True])
def test_release__with_classes_that_have_no_place(scene: Scene, with_classes: object) -> None:
    with pytest.raises(InvalidInputError):
        scene.say("release", [1], with_classes=with_classes)


def test_release__of_nothing_pinned(scene: Scene) -> None:
    said = "None of these samples is pinned; nothing was changed."
    assert refusal(scene, "release", [1, 2]) == said
    scene.move([1], [[0, 0]])
    scene.say("release", [1])
    assert refusal(scene, "release", [1]) == said


def test_release_class__without_a_place(quiet: Scene) -> None:
    assert "'cat' has no place" in refusal(quiet, "release_class", class_index=0)


@pytest.mark.parametrize(
    "snapshot",
    [
        "x", [], {}, {"run_id": ABSENT}, {"run_id": "x", "n": 1}, {"run_id": ABSENT, "n": -1},
        {"run_id": ABSENT, "n": 1.5}, {"run_id": ABSENT, "n": True}, {"run_id": 1, "n": 1},
        {"run_id": ABSENT, "n": 2**40}, {"run_id": ABSENT, "n": 1, "epoch": 2},
    ],
)  # fmt: skip
def test_snapshot__of_another_form(quiet: Scene, snapshot: object) -> None:
    sentence = refusal(quiet, "move", [1], targets=at(0, 1), snapshot=snapshot)
    assert "run_id and the n" in sentence


def test_snapshot__of_another_project(scene: Scene) -> None:
    foreign = make_scene(scene.store)
    run = foreign.trained(foreign.submit("pretrain"))
    for run_id in (run.run_id, ABSENT):
        snapshot = {"run_id": run_id, "n": 1}
        assert "not of this project" in refusal(
            scene, "move", [1], targets=at(0, 1), snapshot=snapshot
        )


def test_snapshot__older_than_the_head_is_noted(scene: Scene) -> None:
    run = scene.trained(scene.submit("pretrain"), num_epochs=3)
    seqs = [
        scene.move([1], [[0, 0]], snapshot={"run_id": run.run_id, "n": n}).seq for n in (2, 3, 4)
    ]
    events = [scene.store.journal.event(scene.id, seq) for seq in seqs]
    assert [e.values.get("is_outdated") for e in events] == [True, None, None]
    scene.name([2], 0)
    later = scene.trained(scene.submit())
    place: dict[str, Any] = {
        "class_index": 0,
        "place": [1, 1],
        "snapshot": {"run_id": run.run_id, "n": 3},
    }
    old = scene.say("place_class", **place)
    assert scene.store.journal.event(scene.id, old.seq).values["is_outdated"]
    place["snapshot"] = {"run_id": later.run_id, "n": 2}
    new = scene.say("place_class", **place)
    assert "is_outdated" not in scene.store.journal.event(scene.id, new.seq).values


def test_held_out__samples_are_left_out_of_what_is_saved(scene: Scene) -> None:
    ack = scene.move([1, 2, *HELD_OUT], [[1, 1], [2, 2], [3, 3], [4, 4]], class_index=0)
    event = scene.store.journal.event(scene.id, ack.seq)
    assert event.samples == pack([1, 2])
    assert event.targets == pack_targets(np.array([[1, 1], [2, 2]]))
    assert event.values == {"num_held_out": 2, "class_index": 0}
    assert [scene.annotation()[i] for i in (1, 2, *HELD_OUT)] == [0, 0, -1, -1]


def test_move__up_to_ten_thousand_samples(store: Store) -> None:
    num_samples = 2 * MOST_MOVED
    dataset_id = put_digits(store, num_samples)
    project = store.projects.create("many", dataset_id)

    def move(count: int) -> Gesture:
        ids = range(count)
        return Gesture("move", f"k{count}", pack(ids, num_samples), {}, at(1, count))

    with pytest.raises(InvalidInputError, match=r"10,001 samples .* the limit is 10,000"):
        store.journal.append(project.project_id, move(MOST_MOVED + 1), "Ana", ANA)
    ack = store.journal.append(project.project_id, move(MOST_MOVED), "Ana", ANA)
    assert ack.num_changed == MOST_MOVED == store.journal.state(project.project_id).pins.num_pins
