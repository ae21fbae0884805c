"""Numbers of events, a tuple that grows at its end without being copied each time."""

from array import array
from collections.abc import Iterator, Sequence
from typing import overload


class Said(Sequence[int]):
    """The first `stop` numbers of an array that only grows; a value, later ones leave it as it is.

    Four bytes each: a long history has many of them.
    """

    __slots__ = ("_shared", "_stop")

    def __init__(self, shared: "array[int]", stop: int) -> None:
        self._shared = shared
        self._stop = stop

    @classmethod
    def of(cls, before: Sequence[int], seq: int) -> "Said":
        """Return what was said before, and `seq`."""
        is_newest = isinstance(before, Said) and before._stop == len(before._shared)
        shared = before._shared if isinstance(before, Said) and is_newest else array("I", before)
        shared.append(seq)
        return cls(shared, len(shared))

    def __len__(self) -> int:
        return self._stop

    def __iter__(self) -> Iterator[int]:
        return iter(self._shared[: self._stop])

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        return self._shared[: self._stop][index] if isinstance(index, slice) else self._at(index)

    def _at(self, index: int) -> int:
        if not -self._stop <= index < self._stop:
            raise IndexError(index)
        return self._shared[index % self._stop]
