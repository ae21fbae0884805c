"""Words for what is trained on and what is held out, and others among them."""

from pathlib import Path

import numpy as np
import pytest

from ml.intake.errors import IntakeError
from tests.ml.intake.brought import bring, check_told, make_folder, npz, png, refused
from tests.ml.intake.rows import read_rows

HELD_OUT = ["test", "dev", "dev_set", "eval", "evaluation", "hold-out", "held out", "Validation",
            "PublicTest", "private_test"]  # fmt: skip


def table_of(*words: str, column: str = "split") -> dict[str, str]:
    rows = (f"r{i},{word},{i}.5,2\n" for i, word in enumerate(words))
    return {"a.csv": f"id,{column},x,y\n{''.join(rows)}"}


@pytest.mark.parametrize("word", HELD_OUT)
@pytest.mark.parametrize("column", ["split", "Usage", "set"])
def test_known_words__tell_the_split(tmp_path: Path, word: str, column: str) -> None:
    outline, (batch,), warnings = read_rows(tmp_path, table_of("Training", word, column=column))
    assert (list(batch.is_held_out or ()), warnings) == ([False, True], [])
    assert not [told for told in outline.treatment if column in told]


def test_other_words_beside_train_and_test__are_trained_on_and_told(tmp_path: Path) -> None:
    outline, (batch,), warnings = read_rows(
        tmp_path, table_of("train", "test", "fold 3", "", "a", "b", "c", "a")
    )
    assert list(batch.is_held_out or ()) == [False, True, *[False] * 6]
    told = (
        "Beside train and test the column 'split' says 'fold 3', 'a', 'b' and 1 more: trained on."
    )
    assert told in outline.treatment
    assert not warnings


def test_words_that_are_no_split__are_told_before_anything_is_kept(tmp_path: Path) -> None:
    outline, (batch,), _ = read_rows(tmp_path, table_of("fold 1", "fold 2", "train"))
    assert (outline.has_split, batch.is_held_out) == (False, None)
    assert ("The column 'split' says 'fold 1', 'fold 2', no words for train and test: it holds out "
            "nothing.") in outline.treatment  # fmt: skip


def test_another_word_far_below__is_a_warning_of_its_row(tmp_path: Path) -> None:
    words = ["train", "test"] * 500
    outline, _, (warning,) = read_rows(tmp_path, table_of(*words, "fold 3", "test"))
    assert outline.has_split
    assert not [told for told in outline.treatment if "split" in told]
    assert (warning.sample_id, warning.code, warning.is_kept) == ("r1000", "bad_split", True)
    assert "row 1,001, says 'fold 3' in the column 'split'" in warning.message


@pytest.mark.parametrize("column", ["split", "fold", "Partition", "is_test"])
def test_numbers_of_parts__are_no_values(tmp_path: Path, column: str) -> None:
    outline, (batch,), _ = read_rows(tmp_path, table_of("0", "1", "2", column=column))
    assert batch.values.shape == (3, 2)
    assert f"Left out: '{column}'." in outline.treatment


@pytest.mark.parametrize(
    ("words", "held_out", "told"),
    [
        (["train", "test", "dev", "train"], [False, True, True, False], []),
        (["train", "test", "fold 3", "train"], [False, True, False, False],
         ["Beside train and test the column 'split' says 'fold 3': trained on."]),
        (["1st", "2nd", "3rd", "train"], None,
         ["The column 'split' says '1st', '2nd', '3rd', no words for train and test: it holds out "
          "nothing."]),
    ],
)  # fmt: skip
def test_words_of_a_table_beside_pictures__are_told_as_well(
    tmp_path: Path, words: list[str], held_out: list[bool] | None, told: list[str]
) -> None:
    rows = "".join(f"{i}.png,cat,{word}\n" for i, word in enumerate(words))
    files = {f"{i}.png": png(i) for i in range(len(words))}
    table = {"metadata.csv": f"file_name,label,split\n{rows}".encode()}
    taken = bring(make_folder(tmp_path / "in", files | table))
    assert taken.is_held_out == held_out
    assert [each for each in taken.outline.treatment if "the files" not in each] == told


def test_an_array_with_other_words__is_refused(tmp_path: Path) -> None:
    images = np.arange(3 * 64, dtype=np.uint8).reshape(3, 8, 8)
    path = npz(tmp_path / "a.npz", images=images, split=np.array(["train", "test", "fold 3"]))
    with pytest.raises(IntakeError) as error:
        bring(path)
    assert refused(error) == ("bad_split", 422)
    check_told(error.value.sentence)
    assert "says 'fold 3'" in error.value.sentence
