"""The demo data: scikit-learn's 1,797 handwritten digits, 8x8 pixels, shipped with the package.

E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI 1998 (CC BY 4.0).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits as read_digits

HELD_OUT_SHARE: Final = 0.2
"""Part of each class that is never trained on."""
SPLIT_SEED: Final = 0
"""Fixed, so that every installation has the same data set id."""
BRIGHTEST: Final = 16
"""Largest value of a pixel in scikit-learn's arrays."""


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


def load_digits() -> Digits:
    """Return the demo data set, read from scikit-learn's own files."""
    bunch = read_digits()
    images = np.round(bunch.images * (255 / BRIGHTEST)).astype(np.uint8)[:, None]  # (N, 1, 8, 8)
    label = bunch.target.astype(np.int16)
    is_held_out = stratified_split(label, HELD_OUT_SHARE, SPLIT_SEED)
    return Digits(images, label, is_held_out, tuple(str(name) for name in bunch.target_names))
