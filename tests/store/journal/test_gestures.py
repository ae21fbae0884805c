"""What a gesture may say: each refusal is one sentence and saves nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from ml.errors import InvalidInputError, LodemapError
from store.errors import (
    ConflictError,
    NothingToUndoError,
    SelectionTooLargeError,
    StaleClassError,
)
from store.opening import Store, open_store
from store.records import Gesture, Verb
from store.settings import Settings
from tests.store.scene import ANA, BEN, Scene, make_scene, pack


@pytest.fixture
def scene(store: Store) -> Scene:
    return make_scene(store)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One scene for all the gestures that save nothing."""
    settings = Settings.from_env({}, {"data_dir": tmp_path_factory.mktemp("store") / "data"})
    with open_store(settings) as store:
        yield make_scene(store)


def refusal(scene: Scene, expected: type[LodemapError], verb: Any, **values: Any) -> str:
    """Say something that must be refused; return the sentence, and check nothing was saved."""
    before = scene.state().seq
    samples = values.pop("samples", b"")
    with pytest.raises(expected) as caught:
        scene.store.journal.append(scene.id, Gesture(verb, "k", samples, values), "Ana", ANA)
    assert scene.state().seq == before
    assert "\n" not in caught.value.sentence
    return caught.value.sentence


@pytest.mark.parametrize("verb", ["annotate", "clear", "mark_unsure"])
@pytest.mark.parametrize("samples", [b"", b"\x00", b"\x01" + bytes(5)])
def test_selection__empty(quiet: Scene, verb: Verb, samples: bytes) -> None:
    values = {"class_index": 0} if verb == "annotate" else {}
    sentence = refusal(quiet, InvalidInputError, verb, samples=samples, **values)
    assert sentence.startswith("Nothing is selected.")


def test_selection__unknown_ids_are_counted(quiet: Scene) -> None:
    samples = pack([1, 2, 70, 71], 10_000)
    assert "2 of 4" in refusal(quiet, InvalidInputError, "clear", samples=samples)


def test_selection__of_another_form(quiet: Scene) -> None:
    assert "could not be read" in refusal(quiet, InvalidInputError, "clear", samples=b"\x07abc")


def test_selection__longer_than_the_data_set(quiet: Scene) -> None:
    refusal(quiet, SelectionTooLargeError, "clear", samples=b"\x00" + bytes(400))


def test_selection__of_everything_is_fine(scene: Scene) -> None:
    assert scene.say("mark_unsure", range(40)).num_changed == 40


def test_selection__where_none_belongs(quiet: Scene) -> None:
    refusal(quiet, InvalidInputError, "reset", samples=pack([1]))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("x" * 300, "300 characters; the limit is 200"),
        ("a\x07b", "U+0007"),
        ("a\x00b", "U+0000"),
        ("a\u202eb", "U+202E"),
        ("a\u200bb", "U+200B"),
        ("a\ud800b", "U+D800"),
        (7, "must be text"),
        (None, "must be text"),
        ("CAT", "already"),
    ],
)
def test_class_name__rules(quiet: Scene, name: object, said: str) -> None:
    assert said in refusal(quiet, InvalidInputError, "add_class", name=name)
    assert said in refusal(quiet, InvalidInputError, "rename_class", class_index=1, name=name)
    new = {"class_index": None, "samples": pack([1]), "new_class": {"name": name}}
    del new["class_index"]
    assert said in refusal(quiet, InvalidInputError, "annotate", **new)


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "=1+1", "Ångström", "猫", "👩‍🔬"])
def test_class_name__kept_as_typed(scene: Scene, name: str) -> None:
    scene.say("add_class", name=f"  {name} ")
    assert scene.state().classes[-1].name == name


def test_class_name__is_composed(scene: Scene) -> None:
    scene.say("add_class", name="e\u0301")
    assert scene.state().classes[-1].name == "\u00e9"
    assert "already" in refusal(scene, InvalidInputError, "add_class", name="\u00c9")


def test_rename__to_another_case_of_itself(scene: Scene) -> None:
    scene.say("rename_class", class_index=0, name="Cat")
    assert scene.state().classes[0].name == "Cat"


def test_rename__to_its_own_name_is_no_event(scene: Scene) -> None:
    seq = scene.state().seq
    assert "called 'cat' already" in refusal(
        scene, InvalidInputError, "rename_class", class_index=0, name=" cat "
    )
    assert scene.state().seq == seq


def test_part__is_taken_back_and_brought_back_with_its_first(scene: Scene) -> None:
    first = scene.name([1], 0)
    scene.say("annotate", [2], new_class={"name": "bird"}, part_of=first.seq)
    scene.say("mark_unsure", [3], part_of=first.seq)
    assert scene.annotation()[1:4] == [0, 2, -2]
    scene.say("undo")
    assert scene.annotation()[1:4] == [-1, -1, -1]
    scene.say("redo")
    assert scene.annotation()[1:4] == [0, 2, -2]
    assert scene.state().undoable == {ANA: first.seq}


def test_part__of_what_an_undo_cannot_take_back(scene: Scene) -> None:
    scene.say("annotate", [1], class_index=0)
    undo = scene.say("undo")
    refusal(scene, InvalidInputError, "mark_unsure", samples=pack([1]), part_of=undo.seq)


@pytest.mark.parametrize("part_of", [0, -1, 99, True, "1", None])
def test_part__of_no_gesture(scene: Scene, part_of: object) -> None:
    refusal(scene, InvalidInputError, "mark_unsure", samples=pack([1]), part_of=part_of)


def test_part__of_anothers_or_of_an_undone_gesture(scene: Scene) -> None:
    first = scene.name([1], 0)
    with pytest.raises(InvalidInputError, match="of your own"):
        scene.say("mark_unsure", [2], BEN, part_of=first.seq)
    scene.say("undo")
    with pytest.raises(ConflictError, match="was undone"):
        scene.say("mark_unsure", [2], part_of=first.seq)


@pytest.mark.parametrize("color", [-1, 36, 1.5, "red", True])
def test_color__out_of_range(quiet: Scene, color: object) -> None:
    refusal(quiet, InvalidInputError, "recolor_class", class_index=0, color=color)
    refusal(quiet, InvalidInputError, "add_class", name="new", color=color)


def test_color__the_first_free_one_is_taken(scene: Scene) -> None:
    scene.say("recolor_class", class_index=0, color=5)
    for name in "abcd":
        scene.say("add_class", name=name)
    assert [info.color for info in scene.state().classes] == [5, 1, 0, 2, 3, 4]


def test_color__starts_over_when_all_are_taken(scene: Scene) -> None:
    for number in range(40):
        scene.say("add_class", name=f"class {number}")
    assert {info.color for info in scene.state().classes} == set(range(36))


def test_class__merged_or_absent_or_unknown_is_stale(scene: Scene) -> None:
    scene.say("merge_class", class_index=1, into=0)
    scene.say("add_class", name="bird")
    scene.say("undo")
    samples = pack([1])
    stale = [
        refusal(scene, StaleClassError, "annotate", samples=samples, class_index=index)
        for index in (1, 2, 99)
    ]
    assert "'dog' was merged" in stale[0]
    assert "'bird' was taken back" in stale[1]
    assert "no class 99" in stale[2]
    refusal(scene, StaleClassError, "rename_class", class_index=1, name="x")
    refusal(scene, StaleClassError, "merge_class", class_index=0, into=1)


@pytest.mark.parametrize("index", ["0", 0.0, None, True, [0]])
def test_class_index__must_be_whole(quiet: Scene, index: object) -> None:
    refusal(quiet, InvalidInputError, "annotate", samples=pack([1]), class_index=index)


def test_merge__into_itself(quiet: Scene) -> None:
    assert "itself" in refusal(quiet, InvalidInputError, "merge_class", class_index=0, into=0)


@pytest.mark.parametrize(
    ("verb", "values"),
    [
        ("dance", {}),
        ("update", {"run_id": "x"}),
        ("clear", {"class_index": 0}),
        ("annotate", {}),
        ("annotate", {"class_index": 0, "new_class": {"name": "x"}}),
        ("annotate", {"new_class": "x"}),
        ("annotate", {"new_class": {"name": "x", "size": 1}}),
        ("annotate", {"class_index": float("nan")}),
    ],
)
def test_values__only_those_of_the_verb(quiet: Scene, verb: str, values: dict[str, Any]) -> None:
    samples = pack([1]) if verb in ("clear", "annotate") else b""
    refusal(quiet, InvalidInputError, verb, samples=samples, **values)


def test_undo__with_nothing_of_ones_own(scene: Scene) -> None:
    scene.name([1], 0, who="ben")
    assert refusal(scene, NothingToUndoError, "undo") == "You have nothing to undo."
    assert refusal(scene, NothingToUndoError, "redo") == "You have nothing to redo."
