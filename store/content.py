"""What a data set is known by: the sha256 of its samples, and of their labels and split."""

import hashlib
import json
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.records import Kind


class ContentDigest:
    """Reads samples as they come; equal samples with equal ids give equal digests."""

    def __init__(self, kind: Kind, sample_shape: Sequence[int]) -> None:
        self._kind, self._shape = kind, sample_shape
        self._values, self._ids = hashlib.sha256(), hashlib.sha256()
        self._num_samples = 0

    def add(self, values: bytes | memoryview, sample_ids: Iterable[str]) -> None:
        """Take samples: their values in C order, and what each is called."""
        ids = [f"{sample_id}\0" for sample_id in sample_ids]
        self._num_samples += len(ids)
        self._values.update(values)
        self._ids.update("".join(ids).encode("utf-8", "surrogatepass"))

    def hexdigest(self) -> str:
        """Return 64 hex digits."""
        parts = [self._kind, *map(str, self._shape), str(self._num_samples)]
        parts += [self._values.hexdigest(), self._ids.hexdigest()]
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def identify(
    content: str,
    class_names: Sequence[str],
    label: NDArray[np.int16],
    is_held_out: NDArray[np.bool_],
) -> str:
    """Return the id of a data set with these samples, labels and split: 64 hex digits."""
    digest = hashlib.sha256(json.dumps([content, list(class_names)]).encode())
    digest.update(label.astype("<i2").tobytes() + is_held_out.tobytes())
    return digest.hexdigest()
