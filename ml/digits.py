"""The demo data: scikit-learn's 1,797 handwritten digits, 8x8 pixels, shipped with the package.

E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI 1998 (CC BY 4.0).
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

HELD_OUT_SHARE: Final = 0.2
"""Part of each class that is never trained on."""
SPLIT_SEED: Final = 0
"""Fixed, so that every installation has the same data set id."""
BRIGHTEST: Final = 16
"""Largest value of a pixel in scikit-learn's table."""
SIDE: Final = 8
"""Pixels along an edge."""


@dataclass(frozen=True, eq=False)
class Digits:
    """The arrays of the demo data set."""

    images: NDArray[np.uint8]
    """0 to 255, shape (1797, 1, 8, 8)."""
    label: NDArray[np.int16]
    """Index into class_names, shape (1797,)."""
    is_held_out: NDArray[np.bool_]
    """The stratified fifth that is never trained on, shape (1797,)."""
    class_names: tuple[str, ...]
    """("0", ..., "9")."""


def stratified_split(label: NDArray[np.int16], share: float, seed: int) -> NDArray[np.bool_]:
    """Return a mask, shape (num_samples,), of `share` of each class, drawn from `seed`."""
    rng = np.random.default_rng(seed)
    is_held_out = np.zeros(len(label), bool)
    for class_index in np.unique(label):
        members = rng.permutation(np.flatnonzero(label == class_index))
        is_held_out[members[: round(share * len(members))]] = True
    return is_held_out


def read_table() -> NDArray[np.float64]:
    """Return scikit-learn's table, shape (1797, 65): 64 pixels from 0 to 16, then the digit.

    The file is read, not asked for through the package: importing that takes a second, and the web
    process needs nothing else of it.
    """
    spec = importlib.util.find_spec("sklearn")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("scikit-learn is missing; run `make setup`.")
    return np.loadtxt(
        Path(spec.origin).parent / "datasets" / "data" / "digits.csv.gz", delimiter=","
    )


def load_digits() -> Digits:
    """Return the demo data set, read from scikit-learn's own files."""
    table = read_table()
    pixels = table[:, :-1].reshape(-1, 1, SIDE, SIDE)
    images = np.round(pixels * (255 / BRIGHTEST)).astype(np.uint8)  # (N, 1, 8, 8)
    label = table[:, -1].astype(np.int16)
    is_held_out = stratified_split(label, HELD_OUT_SHARE, SPLIT_SEED)
    return Digits(images, label, is_held_out, tuple("0123456789"))
