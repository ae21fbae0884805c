"""What an event did to annotations, as a few bytes beside the samples it was said of.

    u8   how `changed` is told: 0 the chosen samples, 1 a bit for each of those, 2 by itself
    u8   1 if all were the same before, plus 2 if all are the same after
    u32  samples that changed
    u32  bytes that follow: of `changed`, then int16 of before and of after, each one value
         where all are the same

A form in memory alone; nothing of it is stored.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.maps.codec import pack_ids, unpack_ids

_HEAD: Final = struct.Struct("<BBII")
_CHOSEN, _BITS, _ITSELF = range(3)
_IS_ONE_BEFORE, _IS_ONE_AFTER = 1, 2

Ids = NDArray[np.uint32]
Classes = NDArray[np.int16]


@dataclass(frozen=True)
class Deed:
    """One of them, still packed."""

    how: int
    alike: int
    num_changed: int
    body: bytes

    @property
    def num_bytes(self) -> int:
        """Memory that its bytes take."""
        return len(self.body)

    def of(self, chosen: Ids, num_samples: int) -> tuple[Ids, Classes, Classes]:
        """Return the samples that changed, ascending, and what each was before and after, (m,).

        Args:
            chosen: Samples the event was said of, ascending, shape (n,).
            num_samples: Of the data set.
        """
        after, num_ids = self._values(_IS_ONE_AFTER, len(self.body))
        before, num_ids = self._values(_IS_ONE_BEFORE, num_ids)
        return self._changed(chosen, self.body[:num_ids], num_samples), before, after

    def _values(self, flag: int, stop: int) -> tuple[Classes, int]:
        """Return the classes that end at a byte of the body, and where they begin."""
        is_one = bool(self.alike & flag)
        num_values = 1 if is_one else self.num_changed
        start = stop - 2 * num_values
        values = np.frombuffer(self.body[start:stop], "<i2").astype(np.int16, copy=False)
        return np.broadcast_to(values, (self.num_changed,)) if is_one else values, start

    def _changed(self, chosen: Ids, data: bytes, num_samples: int) -> Ids:
        if self.how == _CHOSEN:
            return chosen
        if self.how == _BITS:
            bits = np.unpackbits(np.frombuffer(data, np.uint8), count=len(chosen))
            changed: Ids = chosen[bits.astype(bool)]
            return changed
        return unpack_ids(data, num_samples).astype(np.uint32, copy=False)


def pack_deed(
    chosen: Ids, changed: Ids, before: Classes, after: Classes, num_samples: int
) -> bytes:
    """Return the bytes of what an event did; shapes are those of `Deed.of`."""
    how, ids = _packed_ids(chosen, changed, num_samples)
    alike, body = 0, ids
    for flag, values in ((_IS_ONE_BEFORE, before), (_IS_ONE_AFTER, after)):
        if len(values) and (values == values[0]).all():
            alike |= flag
            values = values[:1]
        body += values.astype("<i2").tobytes()
    return _HEAD.pack(how, alike, len(changed), len(body)) + body


def unpack_deeds(data: bytes) -> Iterator[Deed]:
    """Yield what was packed one after the other."""
    at = 0
    while at < len(data):
        how, alike, num_changed, num_bytes = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        yield Deed(how, alike, num_changed, data[at : at + num_bytes])
        at += num_bytes


def _packed_ids(chosen: Ids, changed: Ids, num_samples: int) -> tuple[int, bytes]:
    if np.array_equal(chosen, changed):
        return _CHOSEN, b""
    is_changed = np.isin(chosen, changed, assume_unique=True)  # (n,)
    if int(is_changed.sum()) == len(changed):
        return _BITS, np.packbits(is_changed).tobytes()
    return _ITSELF, pack_ids(changed.astype(np.int64), num_samples)
