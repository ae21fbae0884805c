"""A project makes so many classes in its life; a file and a gesture count them alike."""

from pathlib import Path

import pytest

from ml.errors import InvalidInputError
from store.annotations.merge import to_gestures
from store.journal import class_limit
from tests.store.annotations.test_merge import merge, plan
from tests.store.scene import Scene


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five classes at most; the scene has two."""
    monkeypatch.setattr(class_limit, "CLASS_LIMIT", 5)


def test_classes__that_were_taken_back_count_in_a_file_as_in_a_gesture(
    scene: Scene, tmp_path: Path
) -> None:
    merge(scene, plan(scene, tmp_path, "s0,owl", "s1,hen"))
    for _ in range(2):
        scene.say("undo", who="cleo")
    assert merge(scene, plan(scene, tmp_path, "s0,fox")) == [1]
    counted = (
        "makes 5 at most, and 2 classes merged or taken back still count: 0 more can be made. "
        "Redo what was just undone, name with the classes there are, or make a new project."
    )
    with pytest.raises(InvalidInputError, match=rf"The file would make 2 classes; .*{counted}"):
        plan(scene, tmp_path, "s2,elk", "s3,asp")
    with pytest.raises(InvalidInputError, match=rf"This would make 1 class; .*{counted}"):
        scene.say("add_class", name="elk")


def test_classes__that_were_taken_back_can_be_had_again(scene: Scene, tmp_path: Path) -> None:
    found = plan(scene, tmp_path, "s0,owl", "s1,hen", "s2,fox")
    merge(scene, found)
    for _ in range(3):
        scene.say("undo", who="cleo")
    with pytest.raises(InvalidInputError, match="3 classes merged or taken back still count"):
        plan(scene, tmp_path, "s0,owl")
    for _ in range(3):
        scene.say("redo", who="cleo")
    assert plan(scene, tmp_path, "s3,fox").new_classes == ()
    assert merge(scene, plan(scene, tmp_path, "s3,fox")) == [1]


def test_classes__that_were_merged_count_too(scene: Scene, tmp_path: Path) -> None:
    scene.say("merge_class", class_index=0, into=1)
    assert merge(scene, plan(scene, tmp_path, "s0,a", "s1,b", "s2,c")) == [1, 1, 1]
    with pytest.raises(InvalidInputError, match="1 class merged or taken back still counts"):
        plan(scene, tmp_path, "s3,d")
    with pytest.raises(InvalidInputError, match="1 class merged or taken back still counts"):
        scene.say("add_class", name="d")


def test_classes__that_are_all_there_are_what_a_project_has(scene: Scene, tmp_path: Path) -> None:
    merge(scene, plan(scene, tmp_path, "s0,a", "s1,b", "s2,c"))
    with pytest.raises(InvalidInputError, match=r"5 at most\. Choose another column"):
        plan(scene, tmp_path, "s3,d")
    with pytest.raises(InvalidInputError, match=r"5 at most\. Name with the classes there are"):
        scene.say("add_class", name="d")


def test_plan__promises_what_gestures_do(scene: Scene, tmp_path: Path) -> None:
    """However many classes were taken back before."""
    for num_new in (1, 1, 2):
        rows = [f"s{i},{num_new}{i}" for i in range(num_new)]
        try:
            found = plan(scene, tmp_path, *rows)
        except InvalidInputError:
            assert num_new == 2
            break
        assert len(merge(scene, found)) == len(to_gestures(found, "keep")) == num_new
        scene.say("undo", who="cleo")
