"""Where people put samples: a sparse value that is never changed in place, and its bytes.

The bytes are a 16-byte little-endian header, then one of each per pin, by ascending sample id:

    offset  0  4s   magic b"LMP1"        then  u32  sample ids
            4  u16  latent_dim                 f32  places, interleaved by sample
            6  u16  reserved, 0                u32  the event that placed each
            8  u32  num_pins
           12  u32  reserved, 0

`decodePins` of `assets/parts/codec.mjs` reads the same bytes. Targets of a gesture are bare:
one place per selected sample, in ascending order of their ids, float32, little-endian.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ml.errors import InvalidInputError

HEADER: Final = struct.Struct("<4sHHII")
MAGIC: Final = b"LMP1"
FURTHEST: Final = 1e6
"""Largest coordinate a sample or a class may be moved to, in map units."""


@dataclass(frozen=True, eq=False)
class Pins:
    """The places samples were moved to, of those that were; arrays are read-only."""

    ids: NDArray[np.int64]
    """Pinned samples, ascending, shape (num_pins,)."""
    places: NDArray[np.float32]
    """Where each belongs, shape (num_pins, latent_dim)."""
    seq: NDArray[np.int64]
    """The event that placed each, shape (num_pins,)."""
    over: NDArray[np.int64]
    """The event of another author whose pin it took the place of, 0 for none; same shape."""

    def __post_init__(self) -> None:
        for array in (self.ids, self.places, self.seq, self.over):
            array.flags.writeable = False

    @classmethod
    def none(cls, latent_dim: int) -> Self:
        """Return no pins on a map of `latent_dim` axes."""
        ids, seq, over = np.zeros((3, 0), np.int64)
        return cls(ids, np.zeros((0, latent_dim), np.float32), seq, over)

    @property
    def num_pins(self) -> int:
        """Pinned samples."""
        return len(self.ids)

    @property
    def num_bytes(self) -> int:
        """Memory of the arrays."""
        return sum(array.nbytes for array in (self.ids, self.places, self.seq, self.over))

    def placers(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the event that placed each of some samples, 0 for none, both shape (n,)."""
        found = np.zeros(len(ids), np.int64)
        is_held = np.isin(ids, self.ids)
        found[is_held] = self.seq[np.searchsorted(self.ids, ids[is_held])]
        return found

    def placed(
        self,
        ids: NDArray[np.int64],
        places: NDArray[np.float32],
        seq: int,
        own: Sequence[int],
    ) -> "Pins":
        """Return the pins once event `seq` put samples somewhere; earlier pins of theirs give way.

        Args:
            ids: Samples, ascending and unique, shape (n,).
            places: Where they belong, shape (n, latent_dim).
            seq: The event.
            own: Events of the same author: their pins are replaced without a word.
        """
        over = np.zeros(len(ids), np.int64)
        is_held = np.isin(ids, self.ids)
        at = np.searchsorted(self.ids, ids[is_held])
        over[is_held] = np.where(np.isin(self.seq[at], own), self.over[at], self.seq[at])
        rest = self.without(ids)
        joined = np.concatenate([rest.ids, ids])
        order = joined.argsort()
        return Pins(
            joined[order],
            np.concatenate([rest.places, places.astype(np.float32)])[order],
            np.concatenate([rest.seq, np.full(len(ids), seq, np.int64)])[order],
            np.concatenate([rest.over, over])[order],
        )

    def without(self, ids: NDArray[np.int64]) -> "Pins":
        """Return the pins of all samples but `ids`, shape (n,)."""
        is_kept = ~np.isin(self.ids, ids)
        return Pins(self.ids[is_kept], self.places[is_kept], self.seq[is_kept], self.over[is_kept])

    def since(self, seq: int) -> "Pins":
        """Return the pins that events after `seq` placed."""
        return self.without(self.ids[self.seq <= seq])

    def changed(self, before: "Pins") -> NDArray[np.int64]:
        """Return the samples, ascending, that were pinned, released or put elsewhere since."""
        now, then = (pins.ids << 32 | pins.seq for pins in (self, before))
        return np.unique(np.setxor1d(now, then, assume_unique=True) >> 32)

    def spread(self, num_samples: int) -> NDArray[np.float32] | None:
        """Return the place of every sample, (num_samples, latent_dim), NaN where it has none.

        None where nothing is pinned.
        """
        if self.num_pins == 0:
            return None
        target = np.full((num_samples, self.places.shape[1]), np.nan, np.float32)
        target[self.ids] = self.places
        return target


def pack_pins(pins: Pins) -> bytes:
    """Return the bytes of pins."""
    header = HEADER.pack(MAGIC, pins.places.shape[1], 0, pins.num_pins, 0)
    columns = (pins.ids.astype("<u4"), pins.places.astype("<f4"), pins.seq.astype("<u4"))
    return header + b"".join(column.tobytes() for column in columns)


def pack_targets(targets: NDArray[np.floating]) -> bytes:
    """Return the bytes of targets, shape (num_ids, latent_dim)."""
    return np.ascontiguousarray(targets, dtype="<f4").tobytes()


def unpack_targets(data: bytes, num_ids: int, latent_dim: int) -> NDArray[np.float32]:
    """Read the targets of a gesture, shape (num_ids, latent_dim).

    Raises:
        InvalidInputError: when they are too few or too many, not finite, or beyond 1e6 map units.
    """
    count = num_ids * latent_dim
    if len(data) != 4 * count:
        raise InvalidInputError(
            f"The targets take {len(data)} bytes; {num_ids} samples on a map of {latent_dim} axes "
            f"need {4 * count}. Reload the page and move them again."
        )
    targets = np.frombuffer(data, "<f4").astype(np.float32).reshape(num_ids, latent_dim)
    check_places(targets)
    return targets


def check_places(places: NDArray[np.floating]) -> None:
    """Check places on the map, any shape.

    Raises:
        InvalidInputError: when one is not finite or beyond 1e6 map units.
    """
    if not np.isfinite(places).all():
        raise InvalidInputError("A place on the map is not a finite number; nothing was saved.")
    if places.size and np.abs(places).max() > FURTHEST:
        raise InvalidInputError(
            f"A place lies {np.abs(places).max():.3g} map units out; the limit is {FURTHEST:,.0f}. "
            "Drop it nearer to the map."
        )
