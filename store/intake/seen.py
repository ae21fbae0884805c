"""What came before: equal samples, and ids that were given already.

Only 64 bits of each are kept, by Python's own hash of bytes and text: keyed anew in each process
(SipHash, Aumasson and Bernstein 2012, PEP 456), so that nobody can make two samples collide, and of
10,000,000 samples any two do with a chance of 3 in a million.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


class SeenValues:
    """Finds samples whose values came before."""

    def __init__(self) -> None:
        self._place: dict[int, int] = {}

    def sift(self, values: NDArray[Any]) -> tuple[list[int], list[tuple[int, int]]]:
        """Take a batch in, shape (n, ...), and return what in it is new.

        Returns:
            The places in the batch of samples that did not come before; and of each that did, its
            place in the batch and which of the new ones of all batches it equals, from 0.
        """
        keys = _keys(values)
        first = len(self._place)
        if len(set(keys)) == len(keys) and self._place.keys().isdisjoint(keys):
            self._place.update(zip(keys, range(first, first + len(keys)), strict=True))
            return list(range(len(keys))), []
        new: list[int] = []
        known: list[tuple[int, int]] = []
        for i, key in enumerate(keys):
            if key in self._place:
                known.append((i, self._place[key]))
            else:
                self._place[key] = first + len(new)
                new.append(i)
        return new, known


class SeenIds:
    """Makes ids unique, in time that grows with their number, however often one comes."""

    def __init__(self) -> None:
        self._keys: set[int] = set()
        self._last: dict[int, int] = {}
        """By the id's key, the number its last copy got."""

    def unique(self, ids: Iterable[str]) -> list[str]:
        """Return ids that no sample before has: a second "a" becomes "a#2"."""
        ids = list(ids)
        keys = list(map(hash, ids))
        if len(set(keys)) == len(keys) and self._keys.isdisjoint(keys):
            self._keys.update(keys)
            return ids
        return [self._named(sample_id) for sample_id in ids]

    def _named(self, sample_id: str) -> str:
        base = key = hash(sample_id)
        candidate, n = sample_id, self._last.get(base, 1)
        while key in self._keys:
            n += 1
            candidate = f"{sample_id}#{n}"
            key = hash(candidate)
        if n > 1:
            self._last[base] = n
        self._keys.add(key)
        return candidate


def _keys(values: NDArray[Any]) -> Sequence[int]:
    data = np.ascontiguousarray(values).tobytes()
    size = len(data) // max(len(values), 1)
    return [hash(data[i : i + size]) for i in range(0, len(data), size)]
