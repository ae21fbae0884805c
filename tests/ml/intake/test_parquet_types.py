"""Columns of Parquet files as other programs type them: bytes for words, lists within lists."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.ml.intake.brought import bring, png
from tests.ml.intake.rows import parquet_of

KEYS = [bytes(range(200 + i, 216 + i)) for i in range(3)]


def file_of(tmp_path: Path, **columns: Any) -> Path:
    path = tmp_path / "a.parquet"
    path.write_bytes(parquet_of(columns))
    return path


@pytest.mark.parametrize("kind", [pa.binary(), pa.binary(16), pa.large_binary()])
def test_ids_of_bytes__are_told_in_hexadecimal(tmp_path: Path, kind: pa.DataType) -> None:
    taken = bring(file_of(tmp_path, id=pa.array(KEYS, kind), x=[1.0, 2, 3], y=[4.0, 5, 6]))
    assert taken.ids == [key.hex() for key in KEYS]
    assert taken.values.shape == (3, 2)


def test_words_that_are_typed_as_bytes__are_words(tmp_path: Path) -> None:
    labels = pa.array(["chat", "élan", "chat"]).cast(pa.binary())
    path = file_of(tmp_path, id=[b"a", b"b", b"c"], label=labels, x=[1.0, 2, 3],
                   split=[b"train", b"test", None], note=[b"long " * 20, None, b""])  # fmt: skip
    taken = bring(path)
    assert (taken.outline.kind, taken.ids) == ("vector", ["a", "b", "c"])
    assert taken.class_names == ["chat", "élan", "chat"]
    assert taken.is_held_out == [False, True, False]
    assert taken.outline.chosen["text_columns"] == ["note"]


def test_pictures_with_ids_of_bytes__stay_pictures(tmp_path: Path) -> None:
    pictures = [png(1), None, png(2)]
    taken = bring(file_of(tmp_path, id=[b"a", b"b", b"c"], label=[b"x", b"y", b"x"], img=pictures))
    assert (taken.outline.kind, taken.ids, taken.class_names) == ("image", ["a", "c"], ["x", "x"])
    assert taken.codes == {"b": "no_picture"}


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 4)])
def test_lists_within_lists__are_vectors_and_told(tmp_path: Path, shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).normal(size=(3, *shape)).astype(np.float32)
    taken = bring(file_of(tmp_path, label=["a", "b", "a"], m=values.tolist()))
    assert np.allclose(taken.values, values.reshape(3, -1))
    assert taken.outline.treatment[0] == "The lists within those of 'm' are one behind the other."
    tensors = pa.FixedShapeTensorArray.from_numpy_ndarray(values)
    assert np.array_equal(bring(file_of(tmp_path, m=tensors)).values, values.reshape(3, -1))


def test_nested_lists_of_another_length__are_left_out(tmp_path: Path) -> None:
    cells = [[[1.0, 2], [3]], None, [[1.0], None], [[4.0], [5, 6]], [], [[1, 2, None]]]
    taken = bring(file_of(tmp_path, m=cells))
    assert taken.values.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert taken.codes == {"1": "other_length", "2": "other_length", "4": "other_length",
                           "5": "non_finite"}  # fmt: skip


def test_nested_lists_beside_values_or_pictures__are_left_out(tmp_path: Path) -> None:
    boxes = [[[1.0, 2, 3, 4]], []]
    for values, kind in (({"v": [[1.0], [2.0]]}, "vector"), ({"img": [png(1), png(2)]}, "image")):
        outline = bring(file_of(tmp_path, boxes=boxes, **values)).outline
        assert (outline.kind, "Left out: 'boxes'." in outline.treatment) == (kind, True)
