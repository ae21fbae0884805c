"""Data sets as the papers use them: labelled throughout, with a test part of their own."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.images import ROOT
from benchmarks.records import MissingPartError
from ml.records import NO_CLASS
from ml.samples.training_set import TrainingSet

MNIST: Final = "mnist_14k.npz"
ROUND9: Final = "quickdraw_round9_9k.npz"
ARRAYS: Final = ("images", "labels", "split", "class_names")


@dataclass(frozen=True, eq=False)
class LabelledSet:
    """Images, their classes, and which of them are for testing."""

    images: NDArray[np.uint8]
    """0 to 255, shape (num_samples, 1, height, width)."""
    label: NDArray[np.int16]
    """Shape (num_samples,)."""
    is_test: NDArray[np.bool_]
    """Shape (num_samples,)."""
    class_names: tuple[str, ...]

    def subset(self, num_train: int, num_test: int, seed: int) -> "LabelledSet":
        """Return a random part: at most so many training and test samples, in that order."""
        rng = np.random.default_rng(seed)
        ids = np.concatenate(
            [
                rng.permutation(np.flatnonzero(self.is_test == is_test))[:count]
                for is_test, count in ((False, num_train), (True, num_test))
            ]
        )
        return LabelledSet(self.images[ids], self.label[ids], self.is_test[ids], self.class_names)

    def training_set(self, *, has_labels: bool = True) -> TrainingSet:
        """Return the samples with the test part held out, the others annotated or not."""
        shown = self.label if has_labels else np.full_like(self.label, NO_CLASS)
        annotation = np.where(self.is_test, NO_CLASS, shown).astype(np.int16)
        return TrainingSet(self.images, annotation, self.is_test, self.label, len(self.class_names))


def standard_path(name: str) -> Path:
    """Return where one of the usual data sets lies."""
    folder = Path(os.environ.get("LODEMAP_SAMPLES", ROOT / "data"))
    return folder / name


def read_labelled(path: Path) -> LabelledSet:
    """Read images, labels, split and class_names.

    Raises:
        MissingPartError: when the file, an array or either part of the split is missing.
    """
    if not path.exists():
        raise MissingPartError(
            f"{path.name} is not in {path.parent}; name the folder that holds it in "
            "LODEMAP_SAMPLES, or a file with --data."
        )
    try:
        with np.load(path, allow_pickle=False) as arrays:
            images, labels, split, names = (arrays[name] for name in ARRAYS)
    except (KeyError, ValueError, OSError) as error:
        raise MissingPartError(
            f"{path.name} does not hold the arrays {', '.join(ARRAYS)}."
        ) from error
    is_test = np.asarray(split == "test")
    if images.ndim != 3 or images.dtype != np.uint8 or is_test.all() or not is_test.any():
        raise MissingPartError(
            f"{path.name} needs uint8 images of shape (n, height, width) and a split into "
            "'train' and 'test'."
        )
    return LabelledSet(images[:, None], labels.astype(np.int16), is_test, tuple(map(str, names)))
