"""The images the benchmarks learn from."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.records import MissingPartError
from ml.digits import load_digits, stratified_split

ROOT: Final = Path(__file__).resolve().parent.parent
MNIST: Final = "mnist_14k.npz"


@dataclass(frozen=True, eq=False)
class Images:
    """A data set as arrays."""

    name: str
    images: NDArray[np.uint8]
    """0 to 255, shape (num_samples, 1, height, width)."""
    label: NDArray[np.int16]
    """Shape (num_samples,)."""
    is_held_out: NDArray[np.bool_]
    """Shape (num_samples,)."""


def digits() -> Images:
    """Return scikit-learn's digits: 1,797 of 8 x 8."""
    demo = load_digits()
    return Images("digits", demo.images, demo.label, demo.is_held_out)


def mnist_7k() -> Images:
    """Return the first 7,000 MNIST images of 28 x 28.

    Raises:
        MissingPartError: when the file is not in the samples folder.
    """
    folder = Path(os.environ.get("LODEMAP_SAMPLES", ROOT / "data"))
    path = folder / MNIST
    if not path.exists():
        raise MissingPartError(
            f"{MNIST} is not in {folder}; name the folder that holds it in LODEMAP_SAMPLES."
        )
    with np.load(path, allow_pickle=False) as arrays:
        return read_mnist(arrays["images"], arrays["labels"])


def read_mnist(images: NDArray[np.uint8], labels: NDArray[np.integer]) -> Images:
    """Return the first 7,000 with a fifth held out."""
    label = labels[:7000].astype(np.int16)
    return Images("7k", images[:7000, None], label, stratified_split(label, 0.2, 0))
