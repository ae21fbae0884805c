"""The two byte formats that travel between worker, server and browser.

A **frame** is a 64-byte little-endian header, then uint16 positions quantised to the frame's own
range, interleaved by sample: 4 bytes a point in 2D. A snapshot's frame adds, in this order,
prediction int16, confidence uint8 and uncertainty uint8, one of each per sample.

    offset  0  4s   magic b"LMF1"        offset 16  f32     epoch
            4  u16  1 if a snapshot             20  3 f32   low corner (unused axes 0)
            6  u16  latent_dim                  32  3 f32   high corner
            8  u32  num_samples                 44  u32     seal (ml/maps/seal.py)
           12  u32  reserved, 0                 48  16 bytes reserved, 0

A **packed selection** is one tag byte, then either sample ids as uint32 (tag 0, ascending) or a
bitset of ceil(num_samples / 8) bytes, least significant bit first (tag 1); the shorter one wins.
`assets/parts/codec.mjs` reads and writes the same bytes.
"""

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.maps.seal import sealed
from ml.records import Frame, Snapshot

HEADER: Final = struct.Struct("<4sHHII f3f3f 20x")
MAGIC: Final = b"LMF1"
STEPS: Final = 65535


@dataclass(frozen=True)
class DecodedFrame:
    """A frame read back; positions are exact to 1/65535 of the frame's range."""

    epoch: float
    """Position in training."""
    embedding: NDArray[np.float32]
    """Shape (num_samples, latent_dim)."""
    prediction: NDArray[np.int16] | None
    """Shape (num_samples,), for snapshots only."""
    confidence: NDArray[np.uint8] | None
    """0 to 255, shape (num_samples,), for snapshots only."""
    uncertainty: NDArray[np.uint8] | None
    """0 to 255, shape (num_samples,), for snapshots only."""


def encode_frame(frame: Frame | Snapshot) -> bytes:
    """Return the bytes of a frame or of a snapshot's drawable part.

    Raises:
        InvalidInputError: when a coordinate is not finite.
    """
    z = np.ascontiguousarray(frame.embedding, dtype=np.float32)  # (num_samples, latent_dim)
    if not np.isfinite(z).all():
        raise InvalidInputError(
            "The embedding holds values that are not finite; nothing was drawn."
        )
    num_samples, latent_dim = z.shape
    low, high = z.min(axis=0), z.max(axis=0)  # (latent_dim,)
    span = np.where(high > low, high - low, 1).astype(np.float32)
    positions = np.round((z - low) / span * STEPS).astype("<u2")  # (num_samples, latent_dim)
    pad = [0.0] * (3 - latent_dim)
    is_snapshot = isinstance(frame, Snapshot)
    header = HEADER.pack(
        MAGIC, is_snapshot, latent_dim, num_samples, 0, frame.epoch, *low, *pad, *(low + span), *pad
    )
    parts = [header, positions.tobytes()]
    if isinstance(frame, Snapshot):
        parts += [
            frame.prediction.astype("<i2").tobytes(),
            np.round(frame.confidence * 255).astype(np.uint8).tobytes(),
            np.round(frame.uncertainty * 255).astype(np.uint8).tobytes(),
        ]
    return sealed(parts)


def decode_frame(data: bytes) -> DecodedFrame:
    """Read what `encode_frame` wrote.

    Raises:
        InvalidInputError: when the bytes are not a frame or their length does not fit the header.
            A seal is not looked at: a map with one point out of its place is still a map.
    """
    if len(data) < HEADER.size or data[:4] != MAGIC:
        raise InvalidInputError("These bytes are not a frame.")
    _, is_snapshot, latent_dim, n, _, epoch, *corners = HEADER.unpack_from(data)
    if not 1 <= latent_dim <= 3:
        raise InvalidInputError(f"The frame has {latent_dim} axes; no map has.")
    if len(data) != HEADER.size + n * (2 * latent_dim + 4 * is_snapshot):
        raise InvalidInputError(f"The frame is truncated: {len(data)} bytes for {n} samples.")
    low = np.array(corners[:latent_dim], np.float32)
    high = np.array(corners[3 : 3 + latent_dim], np.float32)
    q = np.frombuffer(data, "<u2", n * latent_dim, HEADER.size).reshape(n, latent_dim)
    z = (low + q / np.float32(STEPS) * (high - low)).astype(np.float32)
    if not is_snapshot:
        return DecodedFrame(epoch, z, None, None, None)
    at = HEADER.size + 2 * latent_dim * n
    return DecodedFrame(
        epoch,
        z,
        np.frombuffer(data, "<i2", n, at).astype(np.int16),
        np.frombuffer(data, np.uint8, n, at + 2 * n),
        np.frombuffer(data, np.uint8, n, at + 3 * n),
    )


def pack_ids(ids: NDArray[np.integer], num_samples: int) -> bytes:
    """Pack sample ids, shape (num_selected,), into the shorter of the two forms.

    Raises:
        InvalidInputError: an id is num_samples or more.
    """
    unique = np.unique(ids).astype("<u4")
    if unique.size and int(unique[-1]) >= num_samples:
        raise InvalidInputError(f"Sample {unique[-1]} does not exist; there are {num_samples}.")
    if unique.nbytes <= (num_samples + 7) // 8:
        return b"\x00" + unique.tobytes()
    bits = np.zeros(num_samples, np.uint8)
    bits[unique] = 1
    return b"\x01" + np.packbits(bits, bitorder="little").tobytes()


def unpack_ids(data: bytes, num_samples: int) -> NDArray[np.int64]:
    """Read a packed selection back to ascending, unique sample ids, shape (num_selected,).

    Raises:
        InvalidInputError: when the form is unknown or an id lies outside the data set.
    """
    body = data[1:]
    if data[:1] == b"\x00" and len(body) % 4 == 0:
        ids = np.unique(np.frombuffer(body, "<u4")).astype(np.int64)
    elif data[:1] == b"\x01" and len(body) == (num_samples + 7) // 8:
        ids = np.flatnonzero(np.unpackbits(np.frombuffer(body, np.uint8), bitorder="little"))
    else:
        raise InvalidInputError(
            "The selection could not be read; reload the page and select again."
        )
    num_unknown = int((ids >= num_samples).sum())
    if num_unknown:
        raise InvalidInputError(
            f"{num_unknown} of {ids.size} selected samples are not in this data set of "
            f"{num_samples}; nothing was saved. Reload the page and select again."
        )
    return ids
