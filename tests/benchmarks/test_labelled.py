"""Data sets with a test part: read, refused, and made into what a run learns from."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.labelled import LabelledSet, read_labelled
from benchmarks.records import MissingPartError


def write(path: Path, **changes: object) -> Path:
    arrays = {
        "images": np.arange(6 * 4, dtype=np.uint8).reshape(6, 2, 2),
        "labels": np.array([0, 1, 0, 1, 0, 1]),
        "split": np.array(["train", "train", "train", "train", "test", "test"]),
        "class_names": np.array(["apple", "eye"]),
    }
    np.savez(path, **{**arrays, **changes})  # type: ignore[arg-type]
    return path


def read(tmp_path: Path, **changes: object) -> LabelledSet:
    return read_labelled(write(tmp_path / "set.npz", **changes))


def test_read_labelled__keeps_the_files_own_split(tmp_path: Path) -> None:
    data = read(tmp_path)
    assert data.images.shape == (6, 1, 2, 2)
    assert data.is_test.tolist() == [False] * 4 + [True] * 2
    assert data.class_names == ("apple", "eye")


def test_read_labelled__says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingPartError, match="is not in"):
        read_labelled(tmp_path / "no.npz")
    np.savez(tmp_path / "half.npz", images=np.zeros((2, 2, 2), np.uint8))
    with pytest.raises(MissingPartError, match="does not hold the arrays"):
        read_labelled(tmp_path / "half.npz")
    (tmp_path / "page.npz").write_text("<html>")
    with pytest.raises(MissingPartError, match="does not hold"):
        read_labelled(tmp_path / "page.npz")


def test_read_labelled__needs_both_parts(tmp_path: Path) -> None:
    with pytest.raises(MissingPartError, match="a split into"):
        read(tmp_path, split=np.array(["train"] * 6))


def test_subset__takes_so_many_of_each_part(tmp_path: Path) -> None:
    part = read(tmp_path).subset(3, 1, seed=0)
    assert part.is_test.tolist() == [False] * 3 + [True]
    assert len(read(tmp_path).subset(99, 99, seed=0).label) == 6


def test_training_set__holds_the_test_part_out(tmp_path: Path) -> None:
    samples = read(tmp_path).training_set()
    assert samples.annotation.tolist() == [0, 1, 0, 1, -1, -1]
    assert samples.truth.tolist() == [0, 1, 0, 1, 0, 1]
    assert not read(tmp_path).training_set(has_labels=False).is_active.any()
