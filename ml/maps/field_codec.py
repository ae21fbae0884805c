"""The byte format of a field, which travels beside its snapshot's frame.

A 64-byte little-endian header; int8 pull, then int8 push, interleaved by sample, where 127 stands
for the scale; then int16 class_index of each cell of the regions, row 0 at low y.

    offset  0  4s   magic b"LMV1"        offset 12  3 f32   low corner of the grid (unused axes 0)
            4  u16  latent_dim                  24  3 f32   high corner
            6  u16  grid_side                   36  f32     pull_scale
            8  u32  num_samples                 40  f32     push_scale
           44  u32  seal (ml/maps/seal.py)      48  16 bytes reserved, 0

`assets/insight/field.mjs` reads the same bytes.
"""

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.maps.seal import sealed
from ml.records import Field

HEADER: Final = struct.Struct("<4sHHI 3f3f ff 20x")
MAGIC: Final = b"LMV1"
STEPS: Final = 127
LONGEST: Final = 99.0
"""Percentile of lengths that the scale stands for: one sample torn by a hundred times the usual
force must not round all others down to nothing. Longer ones keep their direction."""


def pack_field(field: Field) -> bytes:
    """Return the bytes of a field.

    Raises:
        InvalidInputError: when a force is not finite.
    """
    num_samples, latent_dim = field.pull.shape
    pad = (0.0,) * (3 - latent_dim)
    pull, pull_scale = quantised(field.pull)
    push, push_scale = quantised(field.push)
    corners = (*field.low, *pad, *field.high, *pad)
    side = len(field.region)
    header = HEADER.pack(MAGIC, latent_dim, side, num_samples, *corners, pull_scale, push_scale)
    return sealed([header, pull.tobytes(), push.tobytes(), field.region.astype("<i2").tobytes()])


def unpack_field(data: bytes) -> Field:
    """Read what `pack_field` wrote.

    Raises:
        InvalidInputError: when the bytes are not a field or their length does not fit the header.
    """
    if len(data) < HEADER.size or data[:4] != MAGIC:
        raise InvalidInputError("These bytes are not a field.")
    _, latent_dim, side, n, *numbers = HEADER.unpack_from(data)
    count = n * latent_dim
    if latent_dim not in (2, 3) or len(data) != HEADER.size + 2 * count + 2 * side * side:
        raise InvalidInputError(f"The field is truncated: {len(data)} bytes for {n} samples.")
    pull, push = (
        np.frombuffer(data, np.int8, count, HEADER.size + i * count).reshape(n, latent_dim)
        * np.float32(scale / STEPS)
        for i, scale in enumerate(numbers[6:])
    )
    region = np.frombuffer(data, "<i2", side * side, HEADER.size + 2 * count)
    low, high = (np.array(numbers[i : i + latent_dim], np.float32) for i in (0, 3))
    return Field(pull, push, region.astype(np.int16).reshape(side, side), low, high)


def quantised(force: NDArray[np.float32]) -> tuple[NDArray[np.int8], float]:
    """Return forces (n, latent_dim) in steps of scale / 127, and the scale; 0 for no force.

    Raises:
        InvalidInputError: when a force is not finite.
    """
    if not np.isfinite(force).all():
        raise InvalidInputError("The field holds forces that are not finite; it was not drawn.")
    lengths = np.linalg.norm(force, axis=1)  # (n,)
    felt = lengths[lengths > 0]
    if len(felt) == 0:
        return np.zeros(force.shape, np.int8), 0.0
    scale = float(np.percentile(felt, LONGEST))
    shrunk = force / np.maximum(lengths / np.float32(scale), 1)[:, None]
    return np.round(shrunk / np.float32(scale) * STEPS).astype(np.int8), scale
