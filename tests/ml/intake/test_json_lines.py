"""Objects on lines as a table."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.intake import json_lines
from ml.intake.errors import IntakeError
from ml.intake.json_lines import open_json_lines
from ml.intake.members import file_member
from tests.memory import peak_of
from tests.ml.intake.brought import check_told, refused


def test_objects__are_rows_whose_keys_are_columns(tmp_path: Path) -> None:
    path = tmp_path / "metadata.jsonl"
    path.write_text('{"file_name": "1.png", "label": 3, "box": [1, 2]}\n{"file_name": "2.png"}\n')
    table = open_json_lines(file_member(path, path.name))
    assert [(each.name, each.type) for each in table.columns] == [
        ("file_name", "text"), ("label", "number"), ("box", "number"),
    ]  # fmt: skip
    assert (set(table.lists), table.num_rows) == ({"box"}, 2)
    peeked = table.peek(["label"], 10)
    assert peeked is not None
    assert peeked.column("label").to_pylist() == [3, None]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[1]\n",
        '{"a": 1}\n{"a": "b"}\n',
        "",
        "null\n",
        "{}\n{}\n",
        "[" * 9999,
    ],
)
def test_other_text__is_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "metadata.jsonl"
    path.write_text(text)
    with pytest.raises(IntakeError, match="cannot be read as JSON lines") as error:
        open_json_lines(file_member(path, path.name))
    assert refused(error) == ("bad_json", 422)


@settings(max_examples=150)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.sampled_from(
                ["{", "}", "[", "]", '"a"', '"b"', ":", ",", "1", "-2.5", "null", "true", "\n",
                 '"\\ud800"', "é", "\0", " ", "1e999", "NaN", "99999999999999999999", "{}"]
            ),
            max_size=60,
        ).map(lambda parts: "".join(parts).encode()),
    )
)  # fmt: skip
def test_any_bytes__are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "metadata.jsonl"
    path.write_bytes(data)
    try:
        table = open_json_lines(file_member(path, path.name))
    except IntakeError as error:
        check_told(error.sentence)
        return
    names = [each.name for each in table.columns]
    assert sum(batch.num_rows for batch in table.batches(names, 7)) == table.num_rows
    assert isinstance(table.rows, pa.Table)


def test_keys_that_come_late__are_columns_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_lines, "ROWS_AT_ONCE", 2)
    path = tmp_path / "metadata.jsonl"
    path.write_text('{"a": 1}\n\n{"a": 2}\r\n{"b": "x", "a": 2.5}\n{"a": null}')
    table = open_json_lines(file_member(path, path.name)).rows
    assert table.column("a").to_pylist() == [1, 2, 2.5, None]
    assert table.column("b").to_pylist() == [None, None, "x", None]


def test_empty_objects__are_rows_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "ROWS_AT_ONCE", 2)
    path = tmp_path / "metadata.jsonl"
    path.write_text('{}\n{}\n{"a": 1}\n{}\n{}\n{}\n{}')
    table = open_json_lines(file_member(path, path.name))
    assert table.num_rows == 7
    cells = [cell for batch in table.batches(["a"], 3) for cell in batch.column("a").to_pylist()]
    assert cells == [None, None, 1, None, None, None, None]


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        ('{"a": 1}\n' * 31, "too_many_rows", "more than 30 rows"),
        ("{" + ",".join(f'"{i}": 1' for i in range(13)) + "}", "too_many_columns", "12 columns"),
        ("".join(f'{{"{i}": 1}}\n' for i in range(13)), "too_many_columns", "12 columns"),
        ('{"a": 1}\n' * 20 + "{" + ",".join(f'"{i}": 1' for i in range(10)) + "}",
         "too_many_cells", "200 cells"),
    ],
)  # fmt: skip
def test_more_than_a_table_may_have__is_refused_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, code: str, words: str
) -> None:
    for name, most in (("MOST_ROWS", 30), ("MOST_COLUMNS", 12), ("MOST_CELLS", 200)):
        monkeypatch.setattr(json_lines, name, most)
    path = tmp_path / "metadata.jsonl"
    path.write_text(lines)
    with pytest.raises(IntakeError, match=words) as error:
        open_json_lines(file_member(path, path.name))
    assert refused(error) == (code, 413)


def test_many_keys__become_columns_a_few_objects_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_lines, "CELLS_AT_ONCE", 4)
    path = tmp_path / "metadata.jsonl"
    path.write_text("".join(f'{{"{i % 3}": {i}}}\n' for i in range(9)))
    rows = open_json_lines(file_member(path, path.name)).rows
    assert rows.num_rows == 9
    assert rows.column("1").to_pylist() == [None, 1, None, None, 4, None, None, 7, None]
    assert rows.column("1").num_chunks > 2


def test_short_lines__are_not_all_held_at_once(tmp_path: Path) -> None:
    path = tmp_path / "metadata.jsonl"
    path.write_bytes(b"\n" * 2_000_000 + b'{"a": 1}')
    peak, table = peak_of(lambda: open_json_lines(file_member(path, path.name)))
    assert table.num_rows == 1
    assert peak < 10_000_000
