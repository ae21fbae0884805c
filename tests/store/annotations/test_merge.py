"""Annotations from a file, merged through the journal."""

import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ml.errors import InvalidInputError
from ml.maps.pins import Pins
from ml.records import NO_CLASS, UNSURE
from store.annotations.files import read_annotations
from store.annotations.merge import Choice, Disagreement, Merge, to_gestures
from store.annotations.plan import plan_merge
from store.records import ClassInfo, Event, ProjectState
from tests.store.scene import NUM_SAMPLES, Scene

CAT, DOG = 0, 1
IDS = [f"s{i}" for i in range(NUM_SAMPLES)]


def plan(scene: Scene, tmp_path: Path, *rows: str, ids: list[str] = IDS) -> Merge:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["sample_id,class_name", *rows]) + "\n")
    file, journal = read_annotations(path, "a.csv"), scene.store.journal
    return plan_merge(file, ids, scene.state(), lambda seq: journal.event(scene.id, seq))


def merge(scene: Scene, plan: Merge, conflicts: Choice = "keep", who: str = "cleo") -> list[int]:
    gestures = to_gestures(plan, conflicts)
    acks = [scene.store.journal.append(scene.id, each, who.title(), who) for each in gestures]
    return [ack.num_changed for ack in acks]


def test_merge__adds_classes_and_unsure_and_makes_what_is_new(scene: Scene, tmp_path: Path) -> None:
    found = plan(scene, tmp_path, "s0,cat", "s1,Dog", "s2,owl", "s3,unsure", "s4,Owl", "s5,cat")
    assert found.num_added == 6
    assert found.new_classes == ("owl",)
    assert not found.conflicts
    assert merge(scene, found) == [1, 2, 1, 2]
    assert scene.annotation()[:7] == [CAT, DOG, 2, UNSURE, 2, CAT, NO_CLASS]
    assert [info.name for info in scene.state().classes] == ["cat", "dog", "owl"]


def test_conflicts__are_listed_with_who_said_what_and_left_or_replaced(
    scene: Scene, tmp_path: Path
) -> None:
    scene.name([0, 1], CAT, who="ana")
    scene.name([1, 2], DOG, who="ben")
    scene.say("mark_unsure", [3], who="ben")
    rows = ["s0,cat", "s1,cat", "s2,owl", "s3,dog", "s4,dog"]
    found = plan(scene, tmp_path, *rows)
    assert found.num_same == 1
    assert [(c.sample_id, c.was, c.becomes, c.by) for c in found.conflicts] == [
        ("s1", "dog", "cat", "Ben"), ("s2", "dog", "owl", "Ben"), ("s3", "unsure", "dog", "Ben"),
    ]  # fmt: skip
    assert all(conflict.at is not None for conflict in found.conflicts)
    assert merge(scene, found, "keep") == [1]
    assert scene.annotation()[:5] == [CAT, DOG, DOG, UNSURE, DOG]
    again = plan(scene, tmp_path, *rows)
    assert again.num_added == 0
    assert merge(scene, again, "replace") == [1, 1, 1]
    assert scene.annotation()[:5] == [CAT, CAT, 2, DOG, DOG]
    assert merge(scene, plan(scene, tmp_path, *rows), "replace") == []


def test_who__is_never_somebody_whose_word_was_taken_back(scene: Scene, tmp_path: Path) -> None:
    scene.name([0], CAT, who="ana")
    scene.name([0], CAT, who="ben")
    scene.say("undo", who="ben")
    [conflict] = plan(scene, tmp_path, "s0,dog").conflicts
    assert conflict.by == "Ana"


def test_the_same_merge__is_written_once_but_again_after_an_undo(
    scene: Scene, tmp_path: Path
) -> None:
    found = plan(scene, tmp_path, "s0,cat", "s1,cat")
    assert merge(scene, found) == [2]
    seq = scene.state().seq
    assert merge(scene, found) == [2]  # the answer of the first
    assert scene.state().seq == seq
    scene.say("undo", who="cleo")
    assert merge(scene, plan(scene, tmp_path, "s0,cat", "s1,cat")) == [2]
    assert scene.annotation()[:2] == [CAT, CAT]


def test_rows_that_cannot_be_merged__are_told_and_left_out(scene: Scene, tmp_path: Path) -> None:
    rows = ["s0,cat", "s0,dog", "s0,cat", "s1,dog", "s1,DOG", "x,cat", "y,cat", "x,dog",
            "s2,a\u202eb", f"s3,{'n' * 300}"]  # fmt: skip
    found = plan(scene, tmp_path, *rows)
    assert found.disagreements == (Disagreement("s0", ("cat", "dog")),)
    assert found.unknown_ids == ("x", "y")
    assert len(found.bad_names) == 2
    assert "U+202E" in found.bad_names[0]
    assert merge(scene, found) == [1]
    assert scene.annotation()[:4] == [NO_CLASS, DOG, NO_CLASS, NO_CLASS]


def test_minus_ones__are_told_and_left_out(scene: Scene, tmp_path: Path) -> None:
    found = plan(scene, tmp_path, "s0,0", "s1,-1", "s2,-1")
    assert found.new_classes == ("0",)
    assert found.bad_names == ("2 rows have the class -1, which stands for no name.",)
    [one] = plan(scene, tmp_path, "s0,0", "s1,-1").bad_names
    assert one == "1 row has the class -1, which stands for no name."


def test_a_merged_class__lives_on_in_the_other(scene: Scene, tmp_path: Path) -> None:
    scene.say("merge_class", class_index=DOG, into=CAT)
    found = plan(scene, tmp_path, "s0,dog")
    assert not found.new_classes
    merge(scene, found)
    assert scene.annotation()[0] == CAT


def test_guards__are_taken_off_ids_only_where_they_are_guards(scene: Scene, tmp_path: Path) -> None:
    ids = ["=1", "'=2", *IDS[2:]]
    found = plan(scene, tmp_path, "'=1,cat", "'=2,dog", ids=ids)
    assert not found.unknown_ids
    merge(scene, found)
    assert scene.annotation()[:2] == [CAT, DOG]


def test_ids__are_found_however_their_accents_are_written(scene: Scene, tmp_path: Path) -> None:
    whole, apart = "é.png", unicodedata.normalize("NFD", "é.png")
    for known, written in ((whole, apart), (apart, whole)):
        found = plan(scene, tmp_path, f"{written},cat", ids=[IDS[0], known, *IDS[2:]])
        assert (found.unknown_ids, found.num_added) == ((), 1)
    both = plan(scene, tmp_path, f"{apart},cat", f"{whole},dog", ids=[whole, apart, *IDS[2:]])
    assert [(share.class_name, *share.added) for share in both.shares] == [("cat", 1), ("dog", 0)]


def test_a_column_of_sentences__is_refused_before_it_makes_a_thousand_classes(
    scene: Scene, tmp_path: Path
) -> None:
    ids = [f"s{i}" for i in range(1200)]
    path = tmp_path / "a.csv"
    path.write_text("id,label\n" + "".join(f"s{i},name {i}\n" for i in range(1200)))
    state = empty_state(1200)
    with pytest.raises(InvalidInputError, match="would make 1,200 classes"):
        plan_merge(read_annotations(path, "a.csv"), ids, state, no_event)
    assert scene.annotation()[0] == NO_CLASS


def empty_state(num_samples: int) -> ProjectState:
    annotation = np.full(num_samples, NO_CLASS, np.int16)
    classes = (ClassInfo(0, "cat", 0),)
    return ProjectState(0, classes, annotation, (), {}, {}, Pins.none(2), {}, {}, {}, num_made=1)


def no_event(_: int) -> Event:
    raise AssertionError("There is none.")


def test_100_000_rows__become_a_gesture_for_each_class(tmp_path: Path) -> None:
    count = 100_000
    path = tmp_path / "a.csv"
    path.write_text("id,label\n" + "".join(f"s{i},c{i % 50}\n" for i in range(count)))
    ids = pa.array([f"s{i}" for i in reversed(range(count))])
    found = plan_merge(read_annotations(path, "a.csv"), ids, empty_state(count), no_event)
    gestures = to_gestures(found, "keep")
    assert found.num_added == count
    assert len(gestures) == 50
