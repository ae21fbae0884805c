"""Which step a state is, by its digest: twelve bytes each, as a long history has many.

The newest are a dict; once they are many they are sorted in among the others. Half of a digest
is kept: among a million states two are mistaken for each other once in thirty million histories.
"""

from typing import Final

import numpy as np

NEWEST: Final = 2048
"""Digests in the dict at most, or this share of all others: sorting costs what all are long."""
SHARE: Final = 8
_NONE: Final = np.uint32(2**32 - 1)


class Known:
    """Numbers of steps by digest."""

    def __init__(self) -> None:
        self._newest: dict[int, int] = {}
        self._keys = np.zeros(0, np.uint64)
        """Ascending, shape (n,)."""
        self._steps = np.zeros(0, np.uint32)
        """The step of each, or `_NONE` where it was taken away, shape (n,)."""

    @property
    def num_bytes(self) -> int:
        """About how much memory they take."""
        return 150 * len(self._newest) + self._keys.nbytes + self._steps.nbytes

    def get(self, digest: bytes) -> int | None:
        """Return the step that a digest stands for, None where it stands for none."""
        key = _key(digest)
        if (found := self._newest.get(key)) is not None:
            return found
        place = self._place(key)
        return None if place is None or self._steps[place] == _NONE else int(self._steps[place])

    def put(self, digest: bytes, step_id: int) -> None:
        """Let a digest stand for a step."""
        key = _key(digest)
        if (place := self._place(key)) is not None:
            self._steps[place] = step_id
            return
        self._newest[key] = step_id
        if len(self._newest) > max(NEWEST, len(self._keys) // SHARE):
            self._sort_in()

    def remove(self, digest: bytes) -> None:
        """Let a digest stand for no step."""
        key = _key(digest)
        self._newest.pop(key, None)
        if (place := self._place(key)) is not None:
            self._steps[place] = _NONE

    def _place(self, key: int) -> int | None:
        place = int(np.searchsorted(self._keys, np.uint64(key)))
        return place if place < len(self._keys) and int(self._keys[place]) == key else None

    def _sort_in(self) -> None:
        stays = self._steps != _NONE  # (n,)
        keys = np.fromiter(self._newest.keys(), np.uint64, len(self._newest))
        steps = np.fromiter(self._newest.values(), np.uint32, len(self._newest))
        keys, steps = np.append(self._keys[stays], keys), np.append(self._steps[stays], steps)
        order = np.argsort(keys)
        self._keys, self._steps = keys[order], steps[order]
        self._newest = {}


def _key(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "little")
