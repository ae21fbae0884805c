import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from ml.intake.errors import IntakeError
from tests.ml.intake.brought import bring, check_told, damaged, make_folder, make_zip, refused

PICTURES = np.random.default_rng(0).integers(0, 255, (12, 8, 9)).astype(np.uint8)
LABELS = np.arange(12) % 3


def tensors(header: object, data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float32, np.int64])
def test_arrays__are_those_that_were_saved(tmp_path: Path, dtype: type) -> None:
    data = save({"images": PICTURES.astype(dtype), "labels": LABELS}, {"made": "by hand"})
    alone = bring(make_folder(tmp_path, {"x.safetensors": data}) / "x.safetensors")
    assert np.array_equal(alone.values[:, 0], PICTURES)
    assert alone.class_names == [str(label) for label in LABELS]
    assert (alone.ids[3], alone.outline.format) == ("images[3]", "safetensors")
    packed = bring(make_zip(tmp_path / "x.zip", {"x.safetensors": data}))
    assert np.array_equal(packed.values, alone.values)


def test_embeddings__are_vectors(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(20, 64)).astype(np.float32)
    path = make_folder(tmp_path, {"x.safetensors": save({"embeddings": rows})}) / "x.safetensors"
    taken = bring(path)
    assert taken.outline.kind == "vector"
    assert np.array_equal(taken.values, rows)


@pytest.mark.parametrize(
    ("data", "code", "status"),
    [
        (save({"images": PICTURES})[:-9], "truncated", 422),
        ((2**40).to_bytes(8, "little") + b"{}", "corrupt", 422),
        (tensors({"images": {"dtype": "U8", "shape": [3, 9, 9], "data_offsets": [0, 9]}},
                 bytes(243)), "truncated", 422),
        (tensors({"images": {"dtype": "F64", "shape": [10**11], "data_offsets": [0, 9]}}),
         "too_large", 413),
        (tensors({"images": {"dtype": "BF16", "shape": [9], "data_offsets": [0, 18]}}, bytes(18)),
         "bad_dtype", 422),
        (tensors({"images": {"dtype": "U8", "shape": [-9], "data_offsets": [0, 9]}}),
         "corrupt", 422),
        (tensors({"images": [1]}), "corrupt", 422),
        (tensors({"images": {"dtype": ["U8"], "shape": [9], "data_offsets": [0, 9]}}, bytes(9)),
         "bad_dtype", 422),
        (tensors({}), "no_samples", 422),
        (b"\2" + bytes(7) + b"{x", "corrupt", 422),
    ],
)  # fmt: skip
def test_headers_that_lie__are_refused(tmp_path: Path, data: bytes, code: str, status: int) -> None:
    with pytest.raises(IntakeError) as error:
        bring(make_folder(tmp_path, {"x.safetensors": data}) / "x.safetensors")
    assert refused(error) == (code, status)


@settings(max_examples=150)
@given(st.data())
def test_damaged_files__give_samples_or_one_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("tensors") / "x.safetensors"
    valid = save({"images": PICTURES[:3], "labels": LABELS[:3]})
    path.write_bytes(data.draw(st.composite(one_damaged)(valid)))
    try:
        bring(path)
    except IntakeError as error:
        check_told(error.sentence)


def one_damaged(draw: st.DrawFn, valid: bytes) -> bytes:
    return damaged(valid, draw)
