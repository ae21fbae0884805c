"""Arrays whose samples lie along the last axis, as MATLAB saves them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.intake.arrays import ArrayFile
from ml.intake.errors import TooLargeError
from tests.ml.intake.brought import bring, npy, npz

GREY = np.random.default_rng(0).integers(0, 256, (200, 28, 28)).astype(np.uint8)
COLOURED = np.random.default_rng(1).integers(0, 256, (60, 3, 12, 14)).astype(np.uint8)
HWC = COLOURED.transpose(2, 3, 1, 0)
TOLD = "Samples: taken along the last axis ({}), as MATLAB saves them."


@pytest.mark.parametrize("is_column_major", [False, True])
@pytest.mark.parametrize(
    ("array", "samples", "shape"),
    [
        (np.moveaxis(GREY, 0, -1), GREY[:, None], "28 x 28 x 200"),
        (np.moveaxis(COLOURED, 0, -1), COLOURED, "3 x 12 x 14 x 60"),
        (HWC, COLOURED, "12 x 14 x 3 x 60"),
        (HWC[..., :5], COLOURED[:5], "12 x 14 x 3 x 5"),
        (np.moveaxis(GREY[:, :, :, None], 0, -1), GREY[:, None], "28 x 28 x 1 x 200"),
    ],
)
def test_pictures_along_the_last_axis__are_known_by_their_shape(
    tmp_path: Path, array: Any, samples: Any, shape: str, is_column_major: bool
) -> None:
    array = np.asfortranarray(array) if is_column_major else np.ascontiguousarray(array)
    (tmp_path / "a.npy").write_bytes(npy(array))
    taken = bring(tmp_path / "a.npy")
    assert np.array_equal(taken.values, samples)
    assert taken.outline.num_samples == len(samples)
    assert taken.outline.treatment[0] == TOLD.format(shape)


@pytest.mark.parametrize(
    "shape", [(28, 28, 100), (28, 20, 200), (60, 28, 224), (200, 28, 28), (10, 12, 14, 3)]
)
def test_other_shapes__keep_their_samples_first(tmp_path: Path, shape: tuple[int, ...]) -> None:
    (tmp_path / "a.npy").write_bytes(npy(np.arange(np.prod(shape)).reshape(shape) % 255))
    taken = bring(tmp_path / "a.npy")
    assert taken.outline.num_samples == shape[0]
    assert "last axis" not in " ".join(taken.outline.treatment)


@pytest.mark.parametrize("labels", [np.arange(60) % 3, np.arange(60)[None] % 3])
def test_labels__say_which_axis_is_that_of_the_samples(tmp_path: Path, labels: Any) -> None:
    taken = bring(npz(tmp_path / "last.npz", X=HWC, y=labels))
    assert np.array_equal(taken.values, COLOURED)
    assert taken.class_names == [str(i % 3) for i in range(60)]
    assert taken.outline.treatment == (TOLD.format("12 x 14 x 3 x 60"),)
    few = bring(npz(tmp_path / "few.npz", x=np.moveaxis(GREY[:40], 0, -1), y=labels[..., :40]))
    assert np.array_equal(few.values[:, 0], GREY[:40])
    first = bring(npz(tmp_path / "first.npz", x=COLOURED, y=labels))
    assert np.array_equal(first.values, COLOURED)
    square = bring(npz(tmp_path / "square.npz", x=np.moveaxis(GREY, 0, -1), y=np.arange(28) % 2))
    assert square.outline.num_samples == 28


def test_what_must_be_read_as_a_whole__has_a_limit_and_says_how_to_mend_it() -> None:
    array = ArrayFile("x", (1000, 1000, 3, 500), np.dtype(np.uint8), lambda: pytest.fail("opened"))
    with pytest.raises(TooLargeError, match="samples first"):
        array.samples_first().whole()
