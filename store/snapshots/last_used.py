"""What was worked out of snapshots, in memory: of small data sets several, of a large one the last.

Two people who ask in two projects would else have all of it worked out anew by every answer.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

MOST: Final = 8
"""Values kept of each sort."""
ROOM: Final = 32 * 2**20
"""Bytes that those of a sort take together; one that takes more alone is kept alone."""


@dataclass(frozen=True, eq=False)
class Kept:
    """A value and about how many bytes it takes."""

    value: Any
    num_bytes: int


class LastUsed:
    """Values by sort and key; those not used the longest go. For one thread at a time."""

    def __init__(self) -> None:
        self._kept: defaultdict[str, OrderedDict[tuple[Any, ...], Kept]] = defaultdict(OrderedDict)

    def once(self, what: str, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """Return the value of a sort that is kept under a key, made where none is.

        What takes all the room goes before another is made: both would be twice the memory.
        """
        kept = self._kept[what]
        if key not in kept:
            _leave(kept, MOST - 1, least=0)
            value = make()
            kept[key] = Kept(value, num_bytes_of(value))
            _leave(kept, MOST, least=1)
        kept.move_to_end(key)
        return kept[key].value


def num_bytes_of(value: Any) -> int:
    """Return how many bytes the arrays take that a value holds, each counted once."""
    ahead, seen, num_bytes = [value], set[int](), 0
    while ahead:
        each = ahead.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, np.ndarray):
            num_bytes += each.nbytes
        elif isinstance(each, Mapping):
            ahead += each.values()
        elif isinstance(each, list | tuple):
            ahead += each
        else:
            ahead += getattr(each, "__dict__", {}).values()
    return num_bytes


def _leave(kept: OrderedDict[tuple[Any, ...], Kept], most: int, least: int) -> None:
    """Remove the ones not used the longest until the others fit."""
    num_bytes = sum(each.num_bytes for each in kept.values())
    while len(kept) > most or (num_bytes > ROOM and len(kept) > least):
        num_bytes -= kept.popitem(last=False)[1].num_bytes
