import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.intake.errors import IntakeError
from tests.ml.intake.brought import (
    SHARED,
    bring,
    check_told,
    damaged,
    make_folder,
    make_zip,
    needs_shared,
    refused,
)  # fmt: skip

PICTURES = np.random.default_rng(0).integers(0, 255, (20, 6, 5)).astype(np.uint8)
LABELS = (np.arange(20) % 3).astype(np.uint8)
CODES = {"|u1": 8, "|i1": 9, ">i2": 11, ">i4": 12, ">f4": 13, ">f8": 14}


def idx(array: NDArray[Any], shape: tuple[int, ...] | None = None) -> bytes:
    shape = array.shape if shape is None else shape
    head = bytes([0, 0, CODES[array.dtype.str], len(shape)])
    return head + struct.pack(f">{len(shape)}I", *shape) + array.tobytes()


@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("dot", ["-", "."])
def test_pairs__give_classes_and_train_and_test_the_split(
    tmp_path: Path, end: str, dot: str
) -> None:
    pack = gzip.compress if end else bytes
    files = {}
    for part, rows in (("train", slice(0, 15)), ("t10k", slice(15, 20))):
        files[f"m/{part}-images{dot}idx3-ubyte{end}"] = pack(idx(PICTURES[rows]))
        files[f"m/{part}-labels{dot}idx1-ubyte{end}"] = pack(idx(LABELS[rows]))
    for path in (make_folder(tmp_path / "x", files), make_zip(tmp_path / "x.zip", files)):
        taken = bring(path)
        assert taken.outline.format == "IDX"
        assert np.array_equal(taken.values[:, 0], np.concatenate([PICTURES[15:], PICTURES[:15]]))
        assert taken.class_names == [str(x) for x in [*LABELS[15:], *LABELS[:15]]]
        assert taken.is_held_out == [True] * 5 + [False] * 15
        assert taken.ids[0] == f"t10k-images{dot}idx3-ubyte[0]"
        assert taken.ids[-1] == f"train-images{dot}idx3-ubyte[14]"


def test_pictures_alone__have_no_classes(tmp_path: Path) -> None:
    taken = bring(make_folder(tmp_path, {"x-idx3-ubyte": idx(PICTURES)}) / "x-idx3-ubyte")
    assert (taken.class_names, taken.is_held_out) == ([None] * 20, None)


def test_emnist__is_turned_upright(tmp_path: Path) -> None:
    name = "emnist-letters-train-images-idx3-ubyte"
    taken = bring(make_folder(tmp_path, {name: idx(PICTURES)}) / name)
    assert np.array_equal(taken.values[:, 0], PICTURES.transpose(0, 2, 1))
    assert taken.outline.treatment == ("Pictures stored column by column: turned upright.",)


@pytest.mark.parametrize("dtype", ["|i1", ">i2", ">i4", ">f4", ">f8"])
def test_other_types__are_stretched(tmp_path: Path, dtype: str) -> None:
    array = (PICTURES // 2).astype(dtype)
    taken = bring(make_folder(tmp_path, {"x.idx": idx(array)}) / "x.idx")
    assert taken.values.max() in (126, 127, 255)


@pytest.mark.parametrize(
    ("data", "code", "status", "word"),
    [
        (idx(PICTURES, (21, 6, 5)), "truncated", 422, "630 bytes"),
        (idx(PICTURES, (2**32 - 1, 28, 28)), "too_large", 413, "declares 3,367 GB"),
        (idx(PICTURES)[:9], "truncated", 422, "header"),
        (idx(PICTURES, (0, 6, 5)), "empty", 422, "no values"),
        (gzip.compress(idx(PICTURES, (10**6, 28, 28))), "truncated", 422, "cut off"),
        (gzip.compress(idx(PICTURES, (21, 6, 5))), "truncated", 422, "630 bytes"),
        (gzip.compress(idx(PICTURES))[:200], "corrupt_archive", 422, "cut off"),
        (gzip.compress(b"notes"), "corrupt", 422, "no IDX"),
        (b"\x1f\x8b\x08", "corrupt_archive", 422, "damaged"),
        (idx(LABELS), "no_samples", 422, "labels only"),
    ],
)
def test_headers_that_lie__are_refused(
    tmp_path: Path, data: bytes, code: str, status: int, word: str
) -> None:
    path = make_folder(tmp_path, {"x-idx3-ubyte": data}) / "x-idx3-ubyte"
    with pytest.raises(IntakeError, match=word) as error:
        bring(path)
    assert refused(error) == (code, status)


def test_labels_of_another_length__are_refused(tmp_path: Path) -> None:
    files = {"a-images-idx3-ubyte": idx(PICTURES), "a-labels-idx1-ubyte": idx(LABELS[:7])}
    with pytest.raises(IntakeError, match="7 labels for 20 samples") as error:
        bring(make_folder(tmp_path / "x", files))
    assert refused(error) == ("bad_labels", 422)


@pytest.mark.parametrize("folder", ["", "set/"])
@pytest.mark.parametrize("make", [make_folder, make_zip])
def test_class_names__that_lie_beside_the_labels(tmp_path: Path, make: Any, folder: str) -> None:
    files = {"a-images-idx3-ubyte": idx(PICTURES), "a-labels-idx1-ubyte": idx(LABELS),
             "class_names.txt": "\ufeffT-shirt/top\r\n\r\nち\n\n".encode()}  # fmt: skip
    taken = bring(make(tmp_path / "x.zip", {folder + name: data for name, data in files.items()}))
    assert taken.class_names == [("T-shirt/top", "1", "ち")[label] for label in LABELS]
    assert f"Names of classes: taken from {folder}class_names.txt." in taken.outline.treatment
    assert not taken.rejections


@pytest.mark.parametrize(
    ("names", "word"),
    [(b"a\nb\n", "class 2, but class_names.txt has only 2 class names; add a line"),
     (b"\xff\xfea\0", "in UTF-8"),
     (b"a\n" * 40_000, "more than 32,000"), (b"a" * 20_000_000, "10 MB")],
)  # fmt: skip
def test_class_names__that_cannot_be_told_what_they_mean(
    tmp_path: Path, names: bytes, word: str
) -> None:
    files = {"a-images-idx3-ubyte": idx(PICTURES), "a-labels-idx1-ubyte": idx(LABELS),
             "class_names.txt": names}  # fmt: skip
    with pytest.raises(IntakeError, match=word) as error:
        bring(make_folder(tmp_path, files))
    assert refused(error) == ("bad_labels", 422)


def test_class_names__that_are_empty_or_elsewhere_change_nothing(tmp_path: Path) -> None:
    files = {"a-images-idx3-ubyte": idx(PICTURES), "a-labels-idx1-ubyte": idx(LABELS),
             "class_names.txt": b"\n", "old/class_names.txt": b"x\ny\nz\n"}  # fmt: skip
    taken = bring(make_folder(tmp_path, files))
    assert taken.class_names == [str(label) for label in LABELS]
    assert "class_names" not in " ".join(taken.outline.treatment)


def test_class_names__are_told_of_vectors_too_and_once(tmp_path: Path) -> None:
    vectors = np.zeros((len(LABELS), 3), ">f4")
    files = {f"{part}-{name}": data for part in ("train", "t10k") for name, data in
             (("images-idx2-ubyte", idx(vectors)), ("labels-idx1-ubyte", idx(LABELS)))}  # fmt: skip
    taken = bring(make_folder(tmp_path, files | {"class_names.txt": b"a\nb\nc\n"}))
    assert taken.outline.kind == "vector"
    told = [sentence for sentence in taken.outline.treatment if "class_names" in sentence]
    assert told == ["Names of classes: taken from class_names.txt."]


@needs_shared
def test_mnist__as_distributed() -> None:
    taken = bring(SHARED / "raw" / "mnist")
    assert taken.values.shape == (10_000, 1, 28, 28)
    assert taken.class_names[:5] == ["7", "2", "1", "0", "4"]


@settings(max_examples=200)
@given(st.data())
def test_damaged_files__give_pictures_or_one_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("idx") / "x-idx3-ubyte"
    path.write_bytes(data.draw(st.composite(one_damaged)()))
    try:
        bring(path)
    except IntakeError as error:
        check_told(error.sentence)


def one_damaged(draw: st.DrawFn) -> bytes:
    valid = idx(PICTURES[:5].astype(draw(st.sampled_from(sorted(CODES)))))
    return damaged(draw(st.sampled_from([valid, gzip.compress(valid)])), draw)
