import csv
import io
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.exports.catalogue import file_name
from store.exports.tables import Table, to_csv, to_jsonl, to_parquet
from store.spreadsheets import harmless


def table_of(names: Sequence[str | None]) -> Table:
    batch = pa.RecordBatch.from_pydict({"name": pa.array(names, pa.string())})
    return Table(batch.schema, iter([batch]))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv__no_cell_is_a_formula(start: str) -> None:
    text = b"".join(to_csv(table_of([f"{start}cmd|' /C calc'!A0"]))).decode("utf-8-sig")
    cell = list(csv.reader(io.StringIO(text, newline="")))[1][0]
    assert cell.startswith("'" + start)


def test_csv__is_rfc_4180_with_a_mark_for_utf_8() -> None:
    data = b"".join(to_csv(table_of(['a "quoted" name', "one, two", None])))
    assert data == b'\xef\xbb\xbfname\r\n"a ""quoted"" name"\r\n"one, two"\r\n""\r\n'


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1))
def test_csv__names_in_any_script_come_back(names: list[str]) -> None:
    text = b"".join(to_csv(table_of(names))).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [row[0] for row in read] == [harmless(name) for name in names]


def test_csv__numbers_are_no_formulas_and_as_exact_as_they_are() -> None:
    values = np.array([-0.1, 2.0, np.pi], np.float32)
    batch = pa.RecordBatch.from_pydict({"z0": values, "seen": [None, True, False], "n": [-1, 0, 1]})
    text = b"".join(to_csv(Table(batch.schema, iter([batch])))).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    assert rows[0] == ["-0.1", "", "-1"]
    assert [np.float32(row[0]) for row in rows] == list(values)
    assert [row[1] for row in rows] == ["", "true", "false"]


def test_streams__come_in_parts() -> None:
    batch = pa.RecordBatch.from_pydict({"n": np.arange(10)})
    for write in (to_csv, to_jsonl, to_parquet):
        parts = [p for p in write(Table(batch.schema, iter([batch] * 3))) if p]
        assert len(parts) >= 3


def test_file_name__is_safe_and_keeps_its_script() -> None:
    assert file_name('../a/b:"c"', "csv") == "_a_b_c_.csv"
    assert file_name("Πράγματα 圆", "npy") == "Πράγματα 圆.npy"
    for name in ("हिन्दी", "ภาษาไทยที่", "தமிழ்", "שָׁלוֹם"):
        assert file_name(name, "csv") == f"{name}.csv"
    assert file_name(" . ", "csv") == "project.csv"


@pytest.mark.parametrize("letter", ["x", "é", "圆", "𐌰"])
def test_file_name__of_a_long_project_fits_and_keeps_what_is_in_it(letter: str) -> None:
    parts = ("predictions", "run 12345 epoch 10000")
    for length in range(1, 201):
        name = file_name(letter * length, "parquet", *parts)
        assert name.startswith(letter * min(length, 40))
        assert name.endswith(" - predictions - run 12345 epoch 10000.parquet")
        draft = f".{name}.{'0' * 32}.part"
        assert len(draft.encode()) <= 255
    assert file_name("x" * 79 + " y", "csv", "history") == f"{'x' * 79} - history.csv"
