"""What is wrong with arrays must be one sentence."""

import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.intake.errors import IntakeError
from tests.ml.intake.brought import (
    bring,
    check_told,
    damaged,
    make_folder,
    make_zip,
    npy,
    npz,
    refused,
)  # fmt: skip

PICTURES = np.random.default_rng(0).integers(0, 255, (30, 8, 9)).astype(np.uint8)
LABELS = np.arange(30) % 3
SQUARES = PICTURES[:, :, :8].reshape(30, 64)
OBJECTS = np.array([{}, None], dtype=object)


@pytest.mark.parametrize(
    ("arrays", "code", "word"),
    [
        ({"images": PICTURES, "meta": OBJECTS}, "pickle_refused", "meta.npy in x.npz contains"),
        ({"images": OBJECTS}, "pickle_refused", "Python objects"),
        ({"images": PICTURES, "labels": LABELS[:4]}, "bad_labels", "4 labels for 30 samples"),
        ({"x": np.moveaxis(PICTURES, 0, -1)[:5], "y": LABELS}, "bad_labels", "30 labels for 5"),
        ({"images": PICTURES, "labels": LABELS + 0.5}, "bad_labels", "neither"),
        ({"images": PICTURES, "labels": np.where(LABELS == 1, 1.5, LABELS)},
         "bad_labels", "holds 1.5, which"),
        ({"images": PICTURES, "labels": LABELS, "class_names": np.array(["a", "b"])},
         "bad_labels", "class 2, but there are only 2"),
        ({"images": PICTURES, "split": LABELS[:4]}, "bad_split", "4 values for 30"),
        ({"images": PICTURES.reshape(30, 1, 2, 2, 18)}, "bad_shape", "30 x 1 x 2 x 2 x 18"),
        ({"images": np.zeros((5, 7, 20, 20), np.uint8)}, "bad_shape", "5 x 7 x 20 x 20"),
        ({"x_train": PICTURES, "x_test": PICTURES / 255},
         "bad_scale", "x_test.npy in x.npz holds fractions up to .* x_train.npy in x.npz reaches"),
        ({"x_train": PICTURES / 255 - 0.5, "x_test": PICTURES + 0.5}, "bad_scale", "both from 0"),
        ({"x_train": SQUARES, "x_test": SQUARES / 255}, "bad_scale", "both from 0 to 255"),
        ({"a": PICTURES, "b": PICTURES[:, :4]}, "no_samples", "a, b"),
        ({"labels": LABELS}, "no_samples", "images"),
        ({"images": np.zeros((0, 28, 28), np.uint8)}, "empty", "0 x 28 x 28"),
        ({"images": PICTURES.astype(complex)}, "bad_dtype", "complex"),
        ({"images": PICTURES, "labels": np.arange(30).astype("M8[D]")}, "bad_dtype", "datetime"),
    ],
)  # fmt: skip
def test_npz_that_cannot_be_samples(
    tmp_path: Path, arrays: dict[str, Any], code: str, word: str
) -> None:
    with pytest.raises(IntakeError, match=word) as error:
        bring(npz(tmp_path / "x.npz", **arrays))
    assert refused(error) == (code, 422)


def test_npz_of_one_scale(tmp_path: Path) -> None:
    """Whatever the types are."""
    for test in (PICTURES.astype(np.float32), PICTURES // 2 + 0.5, PICTURES * 0.0):
        assert len(bring(npz(tmp_path / "x.npz", x_train=PICTURES, x_test=test)).ids) == 60
    masks = PICTURES > 9
    assert len(bring(npz(tmp_path / "x.npz", x_train=masks, x_test=PICTURES / 255)).ids) == 60


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"junk", None])
def test_npz_that_is_no_archive(tmp_path: Path, data: bytes | None) -> None:
    whole = npz(tmp_path / "whole.npz", images=PICTURES).read_bytes()
    path = make_folder(tmp_path, {"x.npz": whole[:900] if data is None else data}) / "x.npz"
    with pytest.raises(IntakeError) as error:
        bring(path)
    assert refused(error) == ("corrupt_archive", 422)


def test_npz_bombs(tmp_path: Path) -> None:
    path = npz(tmp_path / "x.npz", images=np.zeros((60_000, 28, 28), np.uint8))
    with pytest.raises(IntakeError, match="the limit is 100x") as error:
        bring(path)
    assert refused(error) == ("bomb", 413)
    wrapped = make_zip(tmp_path / "x.zip", {"x.npz": path.read_bytes()}, zipfile.ZIP_STORED)
    with pytest.raises(IntakeError) as error:
        bring(wrapped)
    assert refused(error) == ("bomb", 413)


def test_npy_header_of_800_gigabytes(tmp_path: Path) -> None:
    text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (100000000000,), }\n"
    data = b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text
    with pytest.raises(IntakeError, match="declares 800 GB; the limit is 4 GB") as error:
        bring(make_folder(tmp_path, {"x.npy": data}) / "x.npy")
    assert refused(error) == ("too_large", 413)


def test_npy_of_objects(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"x\.npy contains Python objects") as error:
        bring(make_folder(tmp_path, {"x.npy": npy(OBJECTS)}) / "x.npy")
    assert refused(error) == ("pickle_refused", 422)


@pytest.mark.parametrize("code", [0x110000, 0x7FFFFFFF, 0xD800])
def test_text_that_is_none(tmp_path: Path, code: int) -> None:
    labels = npy(np.array(["ant", "bee"]))[:-4] + struct.pack("<I", code)
    files = {"images.npy": npy(PICTURES[:2]), "labels.npy": labels}
    with pytest.raises(IntakeError, match="characters that do not exist") as error:
        bring(make_folder(tmp_path / "x", files))
    assert refused(error) == ("corrupt", 422)


def test_members_whose_values_are_damaged(tmp_path: Path) -> None:
    """The checksum is only known at the end: what was read until then was read for nothing."""
    path = tmp_path / "x.npz"
    np.savez(path, images=PICTURES)
    data = bytearray(path.read_bytes())
    data[400] ^= 255
    path.write_bytes(data)
    with pytest.raises(IntakeError) as error:
        bring(path)
    assert refused(error) == ("corrupt_archive", 422)


@settings(max_examples=150)
@given(st.data())
def test_damaged_npz__gives_samples_or_one_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("npz")
    path = folder / "x.npz"
    save = data.draw(st.sampled_from([np.savez, np.savez_compressed]))
    save(path, images=PICTURES[:4], labels=LABELS[:4], class_names=np.array(["a", "b", "c"]))
    path.write_bytes(data.draw(st.composite(one_damaged)(path.read_bytes())))
    try:
        bring(path)
    except IntakeError as error:
        check_told(error.sentence)


def one_damaged(draw: st.DrawFn, valid: bytes) -> bytes:
    return damaged(valid, draw)


NAMES = st.sampled_from(
    ["images", "labels", "x_train", "y_train", "x_test", "split", "class_names", "ids", "a", "a_y"]
)
DTYPES = st.sampled_from(["u1", "?", "i2", "f4", "f8", "<U2", "S2"])
SHAPES = st.lists(st.integers(0, 9), max_size=4).map(tuple)


@settings(max_examples=300)
@given(st.dictionaries(NAMES, st.tuples(DTYPES, SHAPES), max_size=4), st.integers(0, 2**32))
def test_any_arrays__give_samples_or_one_error(
    tmp_path_factory: pytest.TempPathFactory,
    arrays: dict[str, tuple[str, tuple[int, ...]]], seed: int,
) -> None:  # fmt: skip
    rng = np.random.default_rng(seed)
    path = tmp_path_factory.mktemp("npz") / "x.npz"
    made = {n: rng.integers(-1, 4, shape).astype(dtype) for n, (dtype, shape) in arrays.items()}
    np.savez(path, allow_pickle=True, **made)
    try:
        bring(path)
    except IntakeError as error:
        check_told(error.sentence)
