"""CSV files as spreadsheets and archives of data sets write them: no row is lost unseen."""

from pathlib import Path

import pytest

from ml.intake.errors import IntakeError
from tests.ml.intake.rows import gathered, read_rows


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("5.1,3.5,setosa\n4.9,3.0,setosa\n", [5.1, 3.5]),
        ("5.1,3.5,setosa\n4.9,3.0,virginica\n", [5.1, 3.5]),
        ("cat,1,2\ndog,3,4\ncat,5,6\n", [1, 2]),
        ("a,.5\nb,1.5\n", [.5]),
        ("17.9,NA,setosa\n4.9,3.0,setosa\n1.5,2.5,setosa\n", None),
    ],
    ids=["Iris", "fractions", "a class that comes again", "one fraction", "a missing number"],
)  # fmt: skip
def test_a_first_row_as_those_below__is_a_sample(
    tmp_path: Path, text: str, first: list[float] | None
) -> None:
    outline, batches, rejections = read_rows(tmp_path, {"a.csv": text})
    assert len(gathered(batches)[0]) + len(rejections) == text.count("\n")
    assert rejections or gathered(batches)[2][0].tolist() == pytest.approx(first)
    assert outline.treatment[0].startswith("The first row holds values, no names")


@pytest.mark.parametrize("names", ["country,2019,2020", "name,350.5,351.0", "label,0,1", "a,x0,x1"])
def test_a_first_row_of_names_that_are_numbers__stays_one(tmp_path: Path, names: str) -> None:
    outline, _, _ = read_rows(tmp_path, {"a.csv": f"{names}\na,1.5,2\nb,2.5,3\n"})
    assert [column.name for column in outline.columns] == names.split(",")


@pytest.mark.parametrize(
    "above", ["\n\n", "\r\n \r\n", "\ufeff\n", "sep=;\n", '"sep=;"\r\n', "\ufeff\nsep=;\n"]
)
def test_lines_above_the_names__are_no_rows(tmp_path: Path, above: str) -> None:
    outline, batches, rejections = read_rows(tmp_path, {"a.csv": f"{above}id;x\na;1,5\nb;2\n"})
    assert not rejections
    assert [column.name for column in outline.columns] == ["id", "x"]
    assert gathered(batches)[0] == ["a", "b"]
    assert gathered(batches)[2].tolist() == [[1.5], [2]]
    with pytest.raises(IntakeError, match=f"line {above.count(chr(10)) + 3}: there are 3 cells"):
        read_rows(tmp_path / "ragged", {"a.csv": f"{above}id;x\na;1\nb;2;3\n"})


def test_a_quote_that_nothing_closes__is_told(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="line 3: a quote is opened and never closed"):
        read_rows(tmp_path, {"a.csv": 'id,x,note\na,1,"well"\nb,2,"oops\nc,3,no\nd,4,no\n'})
    _, batches, _ = read_rows(tmp_path / "inch", {"a.csv": 'id,x,note\na,1,6" tall\nb,2,no\n'})
    assert gathered(batches)[0] == ["a", "b"]


def test_a_table_without_labels__keeps_those_of_the_others(tmp_path: Path) -> None:
    files = {
        "sample_submission.csv": "id,label\nc,a\n",
        "test.csv": "id,x,y\nc,5,6\n",
        "train.csv": "id,x,y,label\na,1,2,cat\nb,3,4,dog\n",
    }
    _, batches, (left_out,) = read_rows(tmp_path, files)
    assert gathered(batches)[:2] == (["a", "b", "c"], ["cat", "dog", None])
    assert left_out.message.startswith("sample_submission.csv has no column 'x'")
    del files["sample_submission.csv"]
    outline, batches, rejections = read_rows(tmp_path / "two", files)
    assert (rejections, outline.has_split) == ([], True)
    assert [list(each.is_held_out or ()) for each in batches] == [[False, False], [True]]


def test_classes_that_pandas_wrote_as_fractions__are_whole_numbers(tmp_path: Path) -> None:
    text = "id,label,x\na,1.0,1\nb,,2\nc,0.0,3\nd,-1.0,4\ne,1,5\n"
    _, batches, _ = read_rows(tmp_path, {"a.csv": text})
    assert gathered(batches)[1] == ["1", None, "0", "-1", "1"]


@pytest.mark.parametrize(
    "names", ["id,", ",Unnamed: 0,Unnamed: 0.1,", "Unnamed: 0.1,Unnamed: 0,", "level_0,index,"]
)
@pytest.mark.parametrize("num_rows", [1, 3])
def test_columns_in_which_pandas_counted_rows__are_no_values(
    tmp_path: Path, names: str, num_rows: int
) -> None:
    rows = "".join(f"{i}," * names.count(",") + f"{i}.5,2\n" for i in range(num_rows))
    _, batches, rejections = read_rows(tmp_path, {"a.csv": f"{names}x,y\n{rows}"})
    assert not rejections
    assert gathered(batches)[2].tolist() == [[i + 0.5, 2] for i in range(num_rows)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_text_with_a_mark_of_more_bytes__is_read_and_told(tmp_path: Path, encoding: str) -> None:
    text = "id\tlabel\tx\na\tcät\t1.5\nb\tdog\t2\n"
    outline, batches, _ = read_rows(tmp_path, {"a.csv": text.encode(encoding)})
    assert gathered(batches)[:2] == (["a", "b"], ["cät", "dog"])
    assert outline.treatment[0] == f"The file is {encoding.upper()} text."
    with pytest.raises(IntakeError, match="UTF-16 without its mark; save it again as"):
        read_rows(tmp_path / "unmarked", {"a.csv": text.encode(f"{encoding}-le")})


def test_a_separator_at_the_end_of_each_row__is_no_column_of_text(tmp_path: Path) -> None:
    outline, (batch,), _ = read_rows(tmp_path, {"a.csv": "id,x,\na,1,\nb,3,\n"})
    assert not batch.texts
    assert "Left out: 'column_3'." in outline.treatment


def test_too_many_columns_of_numbers__say_what_to_do(tmp_path: Path) -> None:
    row = ",".join(["1.5"] * 5000)
    names = ",".join(f"x{i}" for i in range(5000))
    with pytest.raises(IntakeError, match="the limit is 4,096, so choose fewer of them as values"):
        read_rows(tmp_path, {"a.csv": f"{names}\n{row}\n"})
