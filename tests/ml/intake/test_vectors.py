"""Parquet and arrays as vectors, and what each column becomes."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from ml.intake.errors import IntakeError
from ml.intake.records import Batch, Options, Rejection
from ml.intake.vectors import open_vectors
from tests.ml.intake.brought import check_told, refused
from tests.ml.intake.rows import gathered, parquet_of, read_rows

VECTORS = np.arange(12, dtype=np.float32).reshape(4, 3)


def png(color: str, size: tuple[int, int] = (40, 20)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "kind",
    [
        pa.list_(pa.float32()), pa.list_(pa.float32(), 3), pa.large_list(pa.float64()),
        pa.list_(pa.float16()), pa.list_(pa.int32()),
    ],
)  # fmt: skip
def test_lists__are_the_usual_form_of_embeddings(tmp_path: Path, kind: pa.DataType) -> None:
    cells = pa.array([list(row) for row in VECTORS.astype(kind.value_type.to_pandas_dtype())], kind)
    table = {"uuid": list("abcd"), "embedding": cells, "label": ["x", "y", None, ""]}
    outline, batches, rejections = read_rows(tmp_path, {"a.parquet": parquet_of(table)})
    assert not rejections
    assert (outline.format, outline.sample_shape, outline.num_samples) == ("Parquet", (3,), 4)
    ids, names, values = gathered(batches)
    assert (ids, names) == (list("abcd"), ["x", "y", None, None])
    assert (values == VECTORS).all()
    assert outline.chosen == {
        "id_column": "uuid", "label_column": "label", "picture_column": "", "text_columns": [],
        "value_columns": ["embedding"], "split_column": "",
    }  # fmt: skip


def test_text_as_polars_writes_it__is_text(tmp_path: Path) -> None:
    ids, labels = (pa.array(words, pa.string_view()) for words in (["a", "b"], ["cat", "dog"]))
    data = parquet_of({"id": ids, "label": labels, "x": [1.0, 2.0]})
    _, batches, _ = read_rows(tmp_path, {"a.parquet": data})
    assert gathered(batches)[:2] == (["a", "b"], ["cat", "dog"])


def test_columns_of_numbers__without_what_pandas_counts_rows_with(tmp_path: Path) -> None:
    table = pa.table({
        "a": VECTORS[:, 0], "b": pa.array([1, 2, 3, None], pa.int8()), "on": [True, False] * 2,
        "when": pa.array([0] * 4, pa.timestamp("s")), "nested": [[["x"]]] * 4,
        "note": ["so"] * 4, "__index_level_0__": [10, 11, 12, 13],
    })  # fmt: skip
    outline, [batch], [told] = read_rows(tmp_path, {"a.parquet": parquet_of(table)})
    assert batch.sample_ids == ["10", "11", "12"]
    assert batch.values.tolist() == [[0, 1, 1], [3, 2, 0], [6, 3, 1]]
    assert batch.texts == {"note": ["so"] * 3}
    assert (told.sample_id, told.code) == ("13", "non_finite")
    assert "Left out: 'when', 'nested'." in outline.treatment


def test_lists_of_other_lengths__cost_their_row(tmp_path: Path) -> None:
    table = {"v": [[1.0, 2.0], [3.0], None, [4.0, 5.0], [6.0, None]]}
    _, batches, rejections = read_rows(tmp_path, {"a.parquet": parquet_of(table)})
    assert gathered(batches)[0] == ["0", "3"]
    assert [each.code for each in rejections] == ["other_length", "other_length", "non_finite"]


def test_split__says_who_is_held_out_by_column_or_by_file(tmp_path: Path) -> None:
    table = {"x": [1.0, 2.0, 3.0], "split": ["train", "Test", "validation"]}
    outline, [batch], _ = read_rows(tmp_path / "1", {"a.parquet": parquet_of(table)})
    assert outline.has_split
    assert outline.chosen["split_column"] == "split"
    assert batch.is_held_out == [False, True, True]
    files = {f"d/{name}-00000.parquet": parquet_of({"x": [1.0]}) for name in ("train", "test")}
    outline, batches, _ = read_rows(tmp_path / "2", files, packed=True)
    assert outline.has_split
    assert [(b.sample_ids, b.is_held_out) for b in batches] == [
        (["test-00000.parquet[0]"], [True]), (["train-00000.parquet[0]"], [False]),
    ]  # fmt: skip
    other = {"x": [1.0, 2.0], "split": ["left", "right"]}
    outline, [batch], _ = read_rows(tmp_path / "3", {"a.parquet": parquet_of(other)})
    assert not outline.has_split
    assert batch.texts == {"split": ["left", "right"]}


def test_numbers_of_classes__are_called_by_the_file_s_own_names(tmp_path: Path) -> None:
    said = b'{"info": {"features": {"label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}}}'
    table = pa.table({"label": [1, 0, 2, None], "x": [1.0, 2.0, 3.0, 4.0]})
    named = table.replace_schema_metadata({b"huggingface": said})
    _, [batch], _ = read_rows(tmp_path / "1", {"a.parquet": parquet_of(named)})
    assert batch.class_names == ["dog", "cat", "2", None]
    _, [batch], _ = read_rows(tmp_path / "2", {"a.parquet": parquet_of(table)})
    assert batch.class_names == ["1", "0", "2", None]


def test_labels_of_a_known_list__are_none_below_it(tmp_path: Path) -> None:
    said = b'{"info": {"features": {"label": {"names": ["neg", "pos"], "_type": "ClassLabel"}}}}'
    table = pa.table({"label": [0, 1, -1, -1], "x": [1.0, 2.0, 3.0, 4.0]})
    named = table.replace_schema_metadata({b"huggingface": said})
    _, [batch], _ = read_rows(tmp_path / "1", {"a.parquet": parquet_of(named)})
    assert batch.class_names == ["neg", "pos", None, None]


def test_a_measure_called_target__is_no_class(tmp_path: Path) -> None:
    table = {"target": [0.5, 1.25], "x": [1.0, 2.0]}
    outline, [batch], _ = read_rows(tmp_path, {"a.parquet": parquet_of(table)})
    assert batch.class_names == [None, None]
    assert outline.chosen["label_column"] == ""
    assert "'target' holds fractions, so it is not taken for classes." in outline.treatment


def test_options__say_what_columns_are_for(tmp_path: Path) -> None:
    text = "name,a,b,kind,label\np,1,2,u,k\nq,3,4,v,l\n"
    options = Options(id_column="name", label_column="kind", value_columns=("b",), text_columns=())
    outline, [batch], _ = read_rows(tmp_path, {"a.csv": text}, options)
    assert (batch.sample_ids, batch.class_names) == (["p", "q"], ["u", "v"])
    assert batch.values.tolist() == [[2], [4]]
    assert batch.texts == {}
    assert outline.chosen == {"picture_column": "", "split_column": ""}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (Options(label_column="nix"), "no_such_column"),
        (Options(value_columns=("name",)), "not_numbers"),
    ],
)
def test_options__that_do_not_fit_are_told(tmp_path: Path, options: Options, code: str) -> None:
    with pytest.raises(IntakeError) as error:
        read_rows(tmp_path, {"a.csv": "name,a\np,1\n"}, options)
    assert refused(error)[0] == code


@pytest.mark.parametrize("form", ["bytes", "struct", "path"])
def test_pictures__of_rows_come_along(tmp_path: Path, form: str) -> None:
    pictures = {"pics/r.png": png("red"), "pics/w.png": png("white")}
    cells = {
        "bytes": [pictures["pics/r.png"], b"junk", pictures["pics/w.png"]],
        "struct": [{"bytes": pictures["pics/r.png"], "path": None}, {"bytes": None, "path": "x"},
                   {"bytes": pictures["pics/w.png"], "path": "w.png"}],
        "path": ["pics/r.png", "pics/none.png", "pics/w.png"],
    }[form]  # fmt: skip
    files = {"t.parquet": parquet_of({"image": cells, "x": [1.0, 2.0, 3.0]}), **pictures}
    outline, [batch], _ = read_rows(tmp_path, files, Options(value_columns=("x",)), packed=True)
    assert outline.columns[0].type == "picture"
    assert batch.pictures is not None
    assert batch.pictures.shape == (3, 3, 32, 32)
    red, missing, white = batch.pictures
    assert red[:, 16, 16].tolist() == [255, 0, 0]
    assert red[:, 0, 0].tolist() == [0, 0, 0]  # a wide picture on black
    assert (missing == 128).all()
    assert (white == 255).all()


def test_an_id__that_comes_again_is_refused(tmp_path: Path) -> None:
    _, [batch], [told] = read_rows(tmp_path, {"a.csv": "id,x\na,1\na,2\n"})
    assert batch.sample_ids == ["a"]
    assert (told.code, told.sample_id) == ("duplicate_id", "a")


def test_a_later_table_with_other_columns__is_told(tmp_path: Path) -> None:
    files = {"a.csv": "x,y\n1,2\n", "b.csv": "x,y\n3,4\n", "c.csv": "z\n1\n"}
    _, batches, [told] = read_rows(tmp_path, files)
    assert gathered(batches)[0] == ["a.csv[0]", "b.csv[0]"]
    assert (told.sample_id, told.code) == ("c.csv", "other_columns")


def test_arrays__have_their_index_for_an_id() -> None:
    array = np.vstack([VECTORS.astype(np.float64), [np.nan, 1, 2], [1e16, 0, 0]])
    reader = open_vectors(array, class_names=list("abcdef"))
    assert (reader.outline.format, reader.outline.num_samples) == ("NPY", 6)
    found = list(reader.read())
    [batch] = [each for each in found if isinstance(each, Batch)]
    assert (batch.sample_ids, batch.class_names) == (list("0123"), list("abcd"))
    assert batch.values.dtype == np.float32
    rejections = [each for each in found if isinstance(each, Rejection)]
    assert [each.code for each in rejections] == ["non_finite", "too_large_value"]
    for each in rejections:
        check_told(each.message)


@pytest.mark.parametrize(
    ("shape", "kind", "code"),
    [((3,), "f4", "not_numbers"), ((3, 2), "U4", "not_numbers"), ((3, 2), "c8", "not_numbers"),
     ((0, 2), "f4", "empty"), ((2, 4097), "f4", "too_many_dimensions")],
)  # fmt: skip
def test_arrays__that_are_no_vectors_are_refused(
    shape: tuple[int, ...], kind: str, code: str
) -> None:
    with pytest.raises(IntakeError) as error:
        open_vectors(np.zeros(shape, kind))
    assert refused(error)[0] == code
