"""CSV as people and programs write it, and the sentence each broken file gets."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.intake.csv_table import MOST_LINE_BYTES
from ml.intake.errors import IntakeError
from ml.intake.records import Column, Options
from ml.intake.sources import open_source
from ml.intake.vectors import open_tables
from tests.ml.intake.brought import check_found, refused
from tests.ml.intake.rows import gathered, read_rows

PLAIN = "id,label,x,y\na,cat,1,2.5\nb,dog,-3e2,4\n"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.rstrip("\n"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", "|"),
        PLAIN.replace(".", "-").replace(",", ";").replace("-5", ",5"),
        "\ufeff" + PLAIN,
        'id,"label",x,y\n"a",cat,"1",2.5\n\nb,dog, -300 ,4\n\n',
        "id,label,x,y\na,cat,1,2.5\nb,dog,'-300,4\n",
    ],
)
def test_csv__is_read_however_it_was_written(tmp_path: Path, text: str) -> None:
    outline, batches, rejections = read_rows(tmp_path, {"a.csv": text})
    assert not rejections
    assert (outline.kind, outline.format, outline.sample_shape) == ("vector", "CSV", (2,))
    assert [column.type for column in outline.columns] == ["text", "text", "number", "number"]
    ids, names, values = gathered(batches)
    assert (ids, names) == (["a", "b"], ["cat", "dog"])
    assert values.dtype == np.float32
    assert values.tolist() == [[1, 2.5], [-300, 4]]


def test_utf_16__is_told(tmp_path: Path) -> None:
    outline, batches, _ = read_rows(tmp_path, {"a.csv": PLAIN.encode("utf-16")})
    assert gathered(batches)[1] == ["cat", "dog"]
    assert "The file is UTF-16 text." in outline.treatment


def test_without_header__columns_are_numbered_and_it_is_told(tmp_path: Path) -> None:
    outline, batches, _ = read_rows(tmp_path, {"a.csv": "1,2,3\n4,5,6\n"})
    assert [column.name for column in outline.columns] == ["column_1", "column_2", "column_3"]
    assert gathered(batches)[0] == ["0", "1"]
    assert outline.treatment[0].startswith("The first row holds values, no names")


@pytest.mark.parametrize(
    ("text", "names", "ids", "first"),
    [
        (",0,1,2\n5,.1,.2,.3\n7,.4,.5,.6\n", ["index", "0", "1", "2"], ["5", "7"], [.1, .2, .3]),
        (",0\na,5\nb,6\n", ["index", "0"], ["a", "b"], [5]),
        (";0;1\n0;2,5;4\n1;3;4\n", ["index", "0", "1"], ["0", "1"], [2.5, 4]),
        ("0,1,2\n3,4,5\n", ["0", "1", "2"], ["0"], [3, 4, 5]),
        ("0,1\n.5,.6\n", ["0", "1"], ["0"], [.5, .6]),
        (",0\n0,.5\n1,.6\n", ["index", "0"], ["0", "1"], [.5]),
        ("0\n.5\n.6\n", ["column_1"], ["0", "1", "2"], [0]),
        ("0\n5\n3\n", ["column_1"], ["0", "1", "2"], [0]),
        ("0,1\n-5,.6\n", ["column_1", "column_2"], ["0", "1"], [0, 1]),
        ("0\n1\n2\n", ["column_1"], ["0", "1", "2"], [0]),
        ("0,1\n2,3\n", ["column_1", "column_2"], ["0", "1"], [0, 1]),
        ("0,1\n1,0\n0,1\n", ["column_1", "column_2"], ["0", "1", "2"], [0, 1]),
        ("0,1,2\n3,4,5\n0,1,2\n", ["column_1", "column_2", "column_3"], ["0", "1", "2"],
         [0, 1, 2]),
        ("0,1,2\n", ["column_1", "column_2", "column_3"], ["0"], [0, 1, 2]),
        ("0,1,3\n4,5,6\n", ["column_1", "column_2", "column_3"], ["0", "1"], [0, 1, 3]),
    ],
)  # fmt: skip
def test_a_first_row_that_counts_the_columns__is_their_names(
    tmp_path: Path, text: str, names: list[str], ids: list[str], first: list[float]
) -> None:
    outline, batches, rejections = read_rows(tmp_path, {"a.csv": text})
    assert not rejections
    assert [column.name for column in outline.columns] == names
    assert gathered(batches)[0] == ids
    assert gathered(batches)[2][0].tolist() == pytest.approx(first)
    is_told = any("counts the columns from 0" in each for each in outline.treatment)
    assert is_told == (names[0] == "0")


def test_cells_that_break_a_column__cost_their_row_only(tmp_path: Path) -> None:
    text = "id,x,y\na,1,2\nb,none,2\nc,,2\nd,inf,2\ne,1e16,2\nf,3,4\n"
    _, batches, rejections = read_rows(tmp_path, {"a.csv": text})
    assert gathered(batches)[0] == ["a", "f"]
    assert [(each.sample_id, each.code) for each in rejections] == [
        ("b", "non_finite"), ("c", "non_finite"), ("d", "non_finite"), ("e", "too_large_value"),
    ]  # fmt: skip
    assert "a.csv, row 2, holds 'none' in the column 'x'" in rejections[0].message
    assert "holds nothing in the column 'x'" in rejections[1].message
    assert "1e+15" in rejections[3].message


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("id,x\na,1\nb,2,3\n", "ragged_row", "line 3: there are 3 cells where 2 belong"),
        ('id,x\n"a\nb",1\n\nc\n', "ragged_row", "line 5: there are 1 cells"),
        ("id,x,x\na,1,2\n", "duplicate_column", "two columns called 'x'"),
        (b"id,x\na,1\nb,\0\n", "nul_byte", "line 3 holds a NUL"),
        (b"id,x\n" + b"a,1\n" * 100_000 + b"b,\0\n", "nul_byte", "line 100002 holds a NUL"),
        (b"id,x\na,1\n\xe9t\xe9,2\n", "not_utf8", "not UTF-8 text; save it again"),
        ("", "empty", "is empty; copy or download it again"),
        ("id,x\n", "empty", "has no rows"),
        ("id,label\na,b\n", "no_numbers", "the columns are 'id', 'label'"),
        (b"PK\x03\x04junk", "not_a_table", "a zip or a spreadsheet"),
        (b"\x89PNG\r\n", "not_a_table", "PNG picture"),
        ("x" * 300_000, "line_too_long", "a line longer than"),
        ("id,x\na,1\nb," + "1" * (2 * MOST_LINE_BYTES), "line_too_long", "4,194,304 bytes"),
        (",".join(f"x{i}" for i in range(10_001)), "too_many_columns", "limit is 10,000"),
        (",".join("1" * 5000), "too_many_dimensions", "limit is 4,096"),
    ],
)
def test_broken_csv__gets_one_sentence(
    tmp_path: Path, text: str | bytes, code: str, words: str
) -> None:
    with pytest.raises(IntakeError, match=words) as error:
        read_rows(tmp_path, {"a.csv": text, "z.txt": b"so that no file is empty"})
    assert refused(error)[0] == code


def test_a_broken_row_far_down__is_found_while_reading(tmp_path: Path) -> None:
    text = "id,x\n" + "".join(f"s{i},{i}\n" for i in range(400_000)) + "end\n"
    with pytest.raises(IntakeError, match="line 400002: there are 1 cells where 2 belong"):
        read_rows(tmp_path, {"a.csv": text})


@settings(max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(
            st.sampled_from(
                ["id", "x", ",", ";", "\n", "\r", '"', "1", "2.5", "nan", "'", "é", "\0", " ", "-"]
            ),
            max_size=60,
        ).map(lambda parts: "".join(parts).encode()),
    )
)
def test_any_bytes__are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(data)
    for each in check_found(lambda: open_tables(open_source(path, "a.csv"), Options())):
        assert np.isfinite(each.values).all()


def test_types__are_what_most_of_the_first_cells_are(tmp_path: Path) -> None:
    text = "n,t,e\n1,a,\nx,b,\n2,1,\n3,2,\n"
    outline, _, _ = read_rows(tmp_path, {"a.csv": text})
    assert outline.columns == (
        Column("n", "number"), Column("t", "text"), Column("e", "text"),
    )  # fmt: skip
