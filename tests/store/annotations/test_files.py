"""Annotations as people bring them: spreadsheets, programs, our own export."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from ml.intake.errors import IntakeError
from ml.intake.members import file_member
from ml.intake.records import Options
from ml.intake.roles import choose_roles
from ml.intake.tables import open_table
from store.annotations import files
from store.annotations.files import AnnotationFile, read_annotations
from tests.ml.intake.brought import check_told


def read(tmp_path: Path, data: str | bytes) -> AnnotationFile:
    path = tmp_path / "upload"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_annotations(path, "a.csv")


def rows(file: AnnotationFile) -> list[tuple[str, str]]:
    return list(zip(file.sample_id.to_pylist(), file.class_name.to_pylist(), strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "sample_id,class_name\na,cat\nb,dog\nc,\n",
        "\ufeffsample_id;class_name;note\r\na;cat;x\r\nb;dog;\r\nc;;\r\n",
        'Label\tID\n"cat"\ta\n dog \tb\n\tc\n',
        "index,class,id\n0,cat,a\n1,dog,b\n2,,c\n",
    ],
)
def test_spreadsheets__are_read_however_they_were_saved(tmp_path: Path, text: str) -> None:
    file = read(tmp_path, text)
    assert rows(file) == [("a", "cat"), ("b", "dog")]
    assert file.num_empty == 1
    assert len(file.sha256) == 64


def test_our_own_export__comes_back(tmp_path: Path) -> None:
    text = ("\ufeffsample_id,index,class_index,class_name,from\r\n'=a,0,0,'+cat,\r\n"
            "b,1,-2,,'@x\r\n\"'tis\",2,1,猫,\r\n")  # fmt: skip
    file = read(tmp_path, text)
    assert rows(file) == [("'=a", "+cat"), ("b", "unsure"), ("'tis", "猫")]
    assert file.has_guards
    assert rows(read(tmp_path, text.replace(",-2,", ",'-2,"))) == rows(file)


def test_parquet__has_numbers_dictionaries_and_named_classes(tmp_path: Path) -> None:
    said = b'{"info": {"features": {"label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}}}'
    table = pa.table({"id": [7, 8, 9], "label": [1.0, 0.0, None]})
    for schema_metadata, expected in ((None, ["1", "0"]), ({b"huggingface": said}, ["dog", "cat"])):
        buffer = io.BytesIO()
        parquet.write_table(table.replace_schema_metadata(schema_metadata), buffer)
        assert rows(read(tmp_path, buffer.getvalue())) == list(
            zip(["7", "8"], expected, strict=True)
        )
    buffer = io.BytesIO()
    coded = pa.array(["cat", "dog", "cat"]).dictionary_encode()
    parquet.write_table(pa.table({"id": [7, 8, 9], "class": coded}), buffer)
    assert not read(tmp_path, buffer.getvalue()).has_guards
    assert rows(read(tmp_path, buffer.getvalue()))[2] == ("9", "cat")


@pytest.mark.parametrize("names", [(), ("cat", "dog")])
def test_minus_one__is_no_name_as_in_data_sets(tmp_path: Path, names: tuple[str, ...]) -> None:
    """-1 is what the datasets library and scikit-learn write where there is no label."""
    label = pa.array([1, -1, None, 0, -1], pa.int64())
    table = pa.table({"id": [5, 6, 7, 8, 9], "label": label})
    if names:
        features = {"label": {"names": names, "_type": "ClassLabel"}}
        said = json.dumps({"info": {"features": features}}).encode()
        table = table.replace_schema_metadata({b"huggingface": said})
    buffer = io.BytesIO()
    parquet.write_table(table, buffer)
    for data in (buffer.getvalue(), "id,label\n5,1\n6,-1\n7,\n8,0\n9,-1\n"):
        file = read(tmp_path, data)
        called = names if names and isinstance(data, bytes) else ("0", "1")
        assert rows(file) == [("5", called[1]), ("8", called[0])]
        assert (file.num_empty, file.num_minus_one) == (3, 2)


@pytest.mark.parametrize("other", ["cat", "1", "-2"])
def test_minus_one__beside_words_or_one_alone_is_a_class(tmp_path: Path, other: str) -> None:
    file = read(tmp_path, f"id,label\na,{other}\nb,-1\n")
    assert rows(file) == [("a", other), ("b", "-1")]
    assert file.num_minus_one == 0


def test_columns__of_one_name_go_to_the_first_as_in_data_sets(tmp_path: Path) -> None:
    text = "Id,ID,Label,label\na,b,cat,dog\n"
    assert rows(read(tmp_path, text)) == [("a", "cat")]
    table = open_table(file_member(tmp_path / "upload", "a.csv"))
    roles = choose_roles(table, Options(), has_values=False)
    assert (roles.id, roles.label) == ("Id", "Label")


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        ("who,what\na,cat\n", "no_such_column", "needs a column 'sample_id' and has 'who', 'what'"),
        ("id,what\na,cat\n", "no_such_column", "needs a column 'class_name'"),
        ("id,label\na,cat,dog\n", "ragged_row", "line 2: there are 3 cells where 2 belong"),
        (b"id,label\na,\0\n", "nul_byte", "line 2"),
        (b"", "empty", "is empty"),
        (b"PAR1....", "corrupt_parquet", "cannot be read as Parquet"),
    ],
)
def test_broken_files__get_one_sentence(
    tmp_path: Path, data: str | bytes, code: str, words: str
) -> None:
    with pytest.raises(IntakeError, match=words) as error:
        read(tmp_path, data)
    assert error.value.code == code
    check_told(error.value.sentence)


def one_word(word: str, num_rows: int, **how: Any) -> bytes:
    """Return a Parquet file that names many samples alike, the word coded once a row group."""
    buffer = io.BytesIO()
    table = pa.table({"id": pa.array(range(num_rows)), "class": pa.repeat(word, num_rows)})
    said = b'{"info": {"features": {"id": {"names": ["%s"], "_type": "ClassLabel"}}}}'
    if how.pop("is_numbered", False):
        table = pa.table({"key": table["id"], "label": pa.repeat(0, num_rows)})
        said = said.replace(b'"id"', b'"label"') % word.encode()
        table = table.replace_schema_metadata({b"huggingface": said})
    parquet.write_table(table, buffer, compression="zstd", **how)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({}, "has a cell of 200,000 bytes in"),
        ({"use_dictionary": False, "write_batch_size": 10}, "expands 9,253x when unpacked"),
        ({"is_numbered": True}, "has a cell of 200,000 bytes in"),
    ],
    ids=["coded", "plain", "numbered"],
)
def test_a_long_name_of_many_rows__is_not_unfolded(
    tmp_path: Path, how: dict[str, Any], sentence: str
) -> None:
    data = one_word("x" * 200_000, 900, **how)
    assert len(data) < 600_000, "small, and 180 MB when each row has its word"
    pool = pa.system_memory_pool()
    usual = pa.default_memory_pool()
    pa.set_memory_pool(pool)
    try:
        before = pool.max_memory()
        with pytest.raises(IntakeError, match=sentence) as error:
            read(tmp_path, data)
        assert pool.max_memory() - before < 50_000_000
    finally:
        pa.set_memory_pool(usual)
    check_told(error.value.sentence)


def test_more_text_than_memory_is_for__is_refused_as_it_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 1_000_000)
    for data in (one_word("x" * 900, 2000), one_word("x" * 900, 2000, use_dictionary=False)):
        with pytest.raises(IntakeError, match="MB of sample ids and class names") as error:
            read(tmp_path, data)
        assert error.value.status == 413
    assert len(rows(read(tmp_path, one_word("x" * 900, 200)))) == 200
    with pytest.raises(IntakeError, match="bytes in 'label'; the limit is 1,000, so shorten it"):
        read(tmp_path, f"id,label\na,{'é' * 501}\n")


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(["sample_id", "class_name", ",", ";", "\n", '"', "a", "'=", "é", " "]),
        max_size=50,
    )
)
def test_any_text__is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("annotations")
    try:
        file = read(path, "".join(parts))
    except IntakeError as error:
        check_told(error.sentence)
        return
    assert all(sample_id and class_name for sample_id, class_name in rows(file))
