import pytest

from ml.intake.folders import places_of


@pytest.mark.parametrize(
    ("names", "ids", "classes", "held_out"),
    [
        (["a/1", "b/2"], ["a/1", "b/2"], ["a", "b"], None),
        (["set/a/1", "set/b/2"], ["a/1", "b/2"], ["a", "b"], None),
        (["1", "2"], ["1", "2"], [None, None], None),
        (["photos/1", "photos/2"], ["1", "2"], [None, None], None),
        (["set/cat/1", "set/cat/2"], ["1", "2"], ["cat", "cat"], None),
        (["set/images/1", "set/images/2"], ["1", "2"], [None, None], None),
        (["set/train/1", "set/train/2"], ["1", "2"], [None, None], None),
        (["a/x/1", "a/y/2", "b/3"], ["a/x/1", "a/y/2", "b/3"], ["a", "a", "b"], None),
        (["a/1", "2"], ["a/1", "2"], ["a", None], None),
        (["train/a/1", "test/a/2"], ["train/a/1", "test/a/2"], ["a", "a"], [False, True]),
        (["s/train/a/1", "s/val/b/2"], ["train/a/1", "val/b/2"], ["a", "b"], [False, True]),
        (["a/Train/1", "a/Test/2", "b/Train/1"], None, ["a", "a", "b"], [False, True, False]),
        (["train/1", "test/2"], None, [None, None], [False, True]),
        (["train/a/1", "test/b/2", "3"], None, ["a", "b", None], [False, True, False]),
        (["a/train/1", "a/test/2", "b/3", "4"], None, ["a", "a", "b", None],
         [False, True, False, False]),
        (["x/a/train/1", "x/a/test/2", "x/a/3"], None, ["a", "a", "a"], [False, True, False]),
        (["train/1", "test/2", "3"], None, [None, None, None], [False, True, False]),
        (["a/1", "a/2", "b/3", "b/4", "c/train/5", "c/test/6"], None, [*"aabbcc"], None),
        (["train/a/1", "2"], None, ["train", None], None),
        (["train/a/1", "test/a/2", "more/a/3"], None, ["a", "a", "a"], [False, True, False]),
        (["train/a/1", "test/a/2", "val/a/3", "extra/b/4", "unlabelled/5"], None,
         ["a", "a", "a", None, None], [False, True, True, False, False]),
        (["train2017/a/1", "val2017/a/2"], None, ["a", "a"], [False, True]),
        (["training_set/a/1", "test_set/a/2"], None, ["a", "a"], [False, True]),
        (["train/a/1", "test1/2"], None, ["a", None], [False, True]),
        (["trainer/1", "tests/2"], None, ["trainer", "tests"], None),
        (["s/train/1", "s/test/2", "s/extra/b/3"], None, [None] * 3, [False, True, False]),
        (["a/train/1", "a/test/2", "a/more/3"], None, [None] * 3, [False, True, False]),
        (["a/train/1", "a/test/2", "a/more/3", "b/train/4"], None, [*"aaab"],
         [False, True, False, False]),
        (["a/train/1", "a/test/2", "b/more/3"], None, [*"aab"], None),
        (["train/a/1", "a/2"], None, ["train", "a"], None),
        (["one/1"], ["1"], [None], None),
        (["a/1", "a-b/1", "a/c/1"], ["a/1", "a-b/1", "a/c/1"], ["a", "a-b", "a"], None),
    ],
)  # fmt: skip
def test_places__of_paths(
    names: list[str], ids: list[str] | None, classes: list[str | None], held_out: list[bool] | None
) -> None:
    found = places_of(names)
    assert list(found.sample_ids) == ids or ids is None
    assert list(found.class_names) == classes
    assert found.is_held_out == held_out


def test_places__beside_train_and_test_are_told() -> None:
    assert places_of(["train/a/1", "test/a/2"]).told == ()
    (told,) = places_of(["train/a/1", "test/a/2", "more/3", "x/4", "y/5", "z/6"]).told
    assert "lies 'more', 'x', 'y' and 1 more: trained on" in told


def test_places__of_ten_thousand_classes() -> None:
    found = places_of([f"set/{i}/x.png" for i in range(10_000)])
    assert len(set(found.class_names)) == 10_000
