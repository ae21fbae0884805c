"""Columns that answer with yes or no whether a row is trained on, or held out."""

from pathlib import Path
from typing import Any

import pytest

from tests.ml.intake.brought import bring, make_folder, png
from tests.ml.intake.rows import parquet_of, read_rows


def table_of(column: str, *words: str) -> dict[str, bytes | str]:
    rows = (f"r{i},{word},{i}.5,2\n" for i, word in enumerate(words))
    return {"a.csv": f"id,{column},x,y\n{''.join(rows)}"}


NUMBERS = [("1", "0"), ("1.0", "0.0")]
ANSWERS = [("True", "false"), ("YES", "no"), ("y", "N")]


@pytest.mark.parametrize(
    ("column", "held_out", "words"),
    [
        *(("is_train", False, words) for words in NUMBERS + ANSWERS),
        *(("in_test", True, words) for words in NUMBERS + ANSWERS),
        *(("Held_Out", True, words) for words in NUMBERS + ANSWERS),
        *(("Train", False, words) for words in ANSWERS),
        *(("val", True, words) for words in ANSWERS),
    ],
)
def test_an_answer__tells_the_split_and_is_told(
    tmp_path: Path, column: str, held_out: bool, words: tuple[str, str]
) -> None:
    outline, (batch,), warnings = read_rows(tmp_path, table_of(column, *words, ""))
    assert list(batch.is_held_out or ()) == [held_out, not held_out, False]
    assert (batch.values.shape, warnings) == ((3, 2), [])
    assert f"Held out: rows with {words[not held_out]} in '{column}'." in outline.treatment
    assert outline.chosen["split_column"] == column
    assert (outline.has_split, outline.chosen["text_columns"]) == (True, [])


def test_truth_values__of_parquet_tell_the_split(tmp_path: Path) -> None:
    columns = {"is_train": [True, False, True], "is_test": [False, True, False], "x": [1, 2, 3]}
    outline, (batch,), _ = read_rows(tmp_path, {"a.parquet": parquet_of(columns)})
    assert list(batch.is_held_out or ()) == [False, True, False]
    assert outline.treatment[-1] == "Left out: 'is_test'."
    assert "Held out: rows with False in 'is_train'." in outline.treatment


@pytest.mark.parametrize("column", ["test", "val", "valid", "Train", "validation"])
def test_numbers_under_a_bare_word__are_values(tmp_path: Path, column: str) -> None:
    outline, (batch,), _ = read_rows(tmp_path, table_of(column, "1", "0", "1"))
    assert (outline.has_split, outline.chosen["split_column"]) == (False, "")
    assert batch.values[:, 0].tolist() == [1, 0, 1]
    assert not any("Held out" in each for each in outline.treatment)


def test_numbers_under_a_bare_word__are_values_however_late_one_is_no_answer(
    tmp_path: Path,
) -> None:
    words = [*["0", "1"] * 125, "0.5"]
    outline, batches, warnings = read_rows(tmp_path, table_of("val", *words))
    assert (outline.has_split, warnings) == (False, [])
    assert batches[-1].values[-1].tolist() == [0.5, 250.5, 2]


@pytest.mark.parametrize(
    ("column", "word", "told"),
    [("is_test", "0", "1"), ("is_train", "1", "0"), ("val", "no", "yes")],
)
def test_an_answer__is_told_where_the_first_rows_hold_out_nothing(
    tmp_path: Path, column: str, word: str, told: str
) -> None:
    outline, _, _ = read_rows(tmp_path, table_of(column, word, word))
    assert f"Held out: rows with {told} in '{column}'." in outline.treatment


def test_a_column_of_words__comes_before_answers(tmp_path: Path) -> None:
    table = "split,is_train,x\ntrain,0,1.5\ntest,1,2\n"
    outline, (batch,), _ = read_rows(tmp_path, {"a.csv": table})
    assert list(batch.is_held_out or ()) == [False, True]
    assert batch.values.tolist() == [[1.5], [2]]
    assert "Left out: 'is_train'." in outline.treatment
    assert not any("Held out" in each for each in outline.treatment)


@pytest.mark.parametrize("options", [{"value_columns": ("is_test",)}, {"label_column": "is_test"}])
def test_what_people_choose_for_something_else__is_no_split(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    data = {"a.csv": b"is_test,x\n0,1.5\n1,2.5\n"}
    assert bring(make_folder(tmp_path / "in", data), **options).is_held_out is None


@pytest.mark.parametrize("words", [("0", "1", "2"), ("0.5", "1", "0"), ("", "", "")])
def test_other_numbers__are_no_answers(tmp_path: Path, words: tuple[str, ...]) -> None:
    outline, _, _ = read_rows(tmp_path, table_of("is_test", *words))
    assert not outline.has_split


def test_an_answer_far_below_that_is_none__is_a_warning_of_its_row(tmp_path: Path) -> None:
    words = ["0", "1"] * 500
    _, _, (warning,) = read_rows(tmp_path, table_of("is_test", *words, "2"))
    assert (warning.sample_id, warning.code, warning.is_kept) == ("r1000", "bad_split", True)
    assert "says '2' in the column 'is_test'" in warning.message


def test_answers_of_a_table_beside_pictures__tell_the_split(tmp_path: Path) -> None:
    table = "file_name,label,is_test\n0.png,a,0\n1.png,b,1\n2.png,a,0\n"
    files = {f"{i}.png": png(i) for i in range(3)} | {"metadata.csv": table.encode()}
    taken = bring(make_folder(tmp_path / "in", files))
    assert (taken.is_held_out, taken.class_names) == ([False, True, False], ["a", "b", "a"])
    assert taken.outline.treatment[1:] == ("Held out: rows with 1 in 'is_test'.",)


def test_numbers_under_a_bare_word__of_a_table_beside_pictures_tell_no_split(
    tmp_path: Path,
) -> None:
    table = "file_name,label,test\n0.png,a,0\n1.png,b,1\n2.png,a,0\n"
    files = {f"{i}.png": png(i) for i in range(3)} | {"metadata.csv": table.encode()}
    taken = bring(make_folder(tmp_path / "in", files))
    assert taken.is_held_out is None
    assert "Left out: 'test'." in taken.outline.treatment
