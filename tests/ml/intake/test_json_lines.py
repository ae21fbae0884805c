"""Objects on lines as a table."""

from pathlib import Path

import pytest

from ml.intake.errors import IntakeError
from ml.intake.json_lines import open_json_lines
from ml.intake.members import file_member
from tests.ml.intake.brought import refused


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


@pytest.mark.parametrize("text", ["{", "[1]\n", '{"a": 1}\n{"a": "b"}\n', ""])
def test_other_text__is_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "metadata.jsonl"
    path.write_text(text)
    with pytest.raises(IntakeError, match="cannot be read as JSON lines") as error:
        open_json_lines(file_member(path, path.name))
    assert refused(error) == ("bad_json", 422)
