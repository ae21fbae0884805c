"""Where places are on a picture: the middle of the points in sight, for two axes or three.

Three axes are seen by the eye with which the Map page begins (assets/map/space/): turned by `YAW`,
tipped by `PITCH`, an angle of view of 35 degrees; in a film it turns slowly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
YAW, PITCH = -0.6, 0.38
TANGENT: Final = float(np.tan(np.radians(35 / 2)))
MARGIN: Final = 0.08
"""Room around the points, as a share of what is in sight."""
TAIL: Final = 0.005
"""Share of the points on each side of an axis that need not be in sight."""
LOOKED_AT: Final = 20_000
"""Points by which a picture is framed."""
AROUND: Final = 4
"""Frames on either side over which the framing is evened out."""
TURN_PER_S: Final = 0.1
"""Radians a second by which a cloud turns in a film."""


@dataclass(frozen=True)
class Framing:
    """What is in sight."""

    middle: tuple[float, ...]
    """The place in the middle of the picture, one number an axis."""
    half: float
    """Map units from there to the nearer edges of the room."""


@dataclass(frozen=True)
class Room:
    """The part of a picture in which the points are, in pixels."""

    left: float
    top: float
    width: float
    height: float


def frame_points(embedding: Array, room: Room) -> Framing:
    """Return the framing that shows the bulk of the points, (num_samples, latent_dim)."""
    seen = embedding[:: max(1, len(embedding) // LOOKED_AT)]
    seen = seen[np.isfinite(seen).all(axis=1)]
    if not len(seen):
        return Framing((0.0,) * embedding.shape[1], 1.0)
    low, high = np.quantile(seen, [TAIL, 1 - TAIL], axis=0)  # (latent_dim,) each
    half = (high - low) / 2
    if embedding.shape[1] == 3:
        away = np.linalg.norm(seen - (low + high) / 2, axis=1)  # it turns: the farthest counts
        reach = float(np.quantile(away, 1 - 2 * TAIL)) * (1 + TANGENT / 2)
    else:
        wide = room.width / min(room.width, room.height)
        tall = room.height / min(room.width, room.height)
        reach = float(max(half[0] / wide, half[1] / tall))
    return Framing(tuple(float(v) for v in (low + high) / 2), max(reach * (1 + 2 * MARGIN), 1e-9))


def even_out(framings: Sequence[Framing]) -> list[Framing]:
    """Return framings that change smoothly and yet hold what each has to show."""
    middle = np.array([each.middle for each in framings])  # (num_frames, latent_dim)
    half = np.log([each.half for each in framings])
    found = []
    for at in range(len(framings)):
        near = slice(max(0, at - AROUND), at + AROUND + 1)
        center = middle[near].mean(axis=0)
        apart = float(np.abs(center - middle[at]).max())
        needed = max(float(np.exp(half[near].mean())), framings[at].half)
        found.append(Framing(tuple(center.tolist()), needed + apart / 2))
    return found


def mix(a: Framing, b: Framing, t: float) -> Framing:
    """Return the framing a share `t` of the way from one to another."""
    middle = tuple(p * (1 - t) + q * t for p, q in zip(a.middle, b.middle, strict=True))
    return Framing(middle, a.half * (1 - t) + b.half * t)


@dataclass(frozen=True)
class Eye:
    """From places to pixels."""

    framing: Framing
    room: Room
    turned: float = 0.0
    """Radians by which a cloud of three axes has turned since the beginning."""

    @property
    def scale(self) -> float:
        """Pixels that a map unit has in the middle."""
        return min(self.room.width, self.room.height) / (2 * self.framing.half)

    def pixels(self, places: Array) -> tuple[Array, Array]:
        """Return pixels (n, 2) and nearness (n,) of places (n, latent_dim).

        Nearness is how many times larger than in the middle things are seen: 1 on a flat map. What
        is behind the eye has no pixel but NaN.
        """
        from_middle = places - np.asarray(self.framing.middle)
        center = np.array(
            [self.room.left + self.room.width / 2, self.room.top + self.room.height / 2]
        )
        if places.shape[1] == 2:
            flipped = from_middle * np.array([self.scale, -self.scale])
            return center + flipped, np.ones(len(places))
        right, up, back = axes_of(YAW + self.turned, PITCH)
        along = 1 - (TANGENT / self.framing.half) * (from_middle @ back)
        near = np.where(along > 0.05, 1 / np.maximum(along, 0.05), np.nan)
        across = np.stack([from_middle @ right, -(from_middle @ up)], axis=1)
        return center + across * (self.scale * near)[:, None], near


def axes_of(yaw: float, pitch: float) -> tuple[Array, Array, Array]:
    """Return the eye's axes right, up and back in directions of the data, (3,) each."""
    sy, cy, sp, cp = np.sin(yaw), np.cos(yaw), np.sin(pitch), np.cos(pitch)
    right = np.array([cy, 0.0, sy])
    up = np.array([sp * sy, cp, -sp * cy])
    back = np.array([-cp * sy, sp, cp * cy])
    return right, up, back
