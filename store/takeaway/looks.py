"""Which colour and mark each point wears: the rules of assets/parts/look.mjs in NumPy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from store.records import ClassInfo
from store.takeaway.discs import Marks
from store.takeaway.inks import NUM_COLORS, Inks

OPACITY: Final = 0.7
"""Of a point whose class the network predicts; who was named is opaque."""
FAINT: Final = 0.42
EDGE: Final = {"light": 0.62, "dark": 0.4}
"""Opacity of the ring of a named point, as in assets/map/shaders.mjs."""
MOST_SPEAKERS: Final = 400
LEAST_SPEAKERS: Final = 3
"""A class of fewer points has no name on the map, as on the page."""


@dataclass(frozen=True)
class Spoken:
    """Where the name of a class belongs."""

    class_index: int
    ids: NDArray[np.int64]
    """The points whose median says where, shape (n,)."""


def shown_class(annotation: NDArray[np.int16], prediction: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return the class each point is shown as: what people said, else what is predicted."""
    return np.where(annotation == -1, prediction, annotation).astype(np.int16)


def marks_of(
    class_of: NDArray[np.int16],
    is_held_out: NDArray[np.bool_],
    classes: Sequence[ClassInfo],
    inks: Inks,
    is_named: NDArray[np.bool_] | None = None,
) -> Marks:
    """Return how points look: what people said is filled and ringed, what is predicted paler.

    Args:
        class_of: class_index, or below 0 for none and unsure, shape (num_samples,).
        is_held_out: Shape (num_samples,).
        classes: For their colours.
        inks: The theme.
        is_named: Whether a person said so, shape (num_samples,); None for nobody.
    """
    size = 1 + max((info.class_index for info in classes), default=-1)
    slot = np.arange(size + 1)  # a class whose making was taken back has no colour in the list
    for info in classes:
        slot[info.class_index] = info.color
    is_known = (class_of >= 0) & (class_of < size)
    of_point = slot[np.where(is_known, class_of, size)]
    color = np.array(inks.classes, np.uint8)[of_point % NUM_COLORS]
    color[~is_known] = inks.of["ink3"]
    is_told = np.zeros_like(is_known) if is_named is None else is_known & is_named
    return Marks(
        color=color,
        opacity=np.where(is_told, 1, np.where(is_known, OPACITY, FAINT)).astype(np.float32),
        shape=np.where(is_known, of_point // NUM_COLORS % 3, 0).astype(np.uint8),
        is_ring=is_held_out,
        edge=np.where(is_told, EDGE[inks.theme], 0).astype(np.float32),
        ink=inks.of["ink"],
        rank=_ranks(is_told),
    )


def key_marks(inks: Inks) -> Marks:
    """Return the three marks of a key: named, predicted, held out; of no class."""
    return Marks(
        color=np.tile(np.array(inks.of["ink3"], np.uint8), (3, 1)),
        opacity=np.array([1, OPACITY, OPACITY], np.float32),
        shape=np.zeros(3, np.uint8),
        is_ring=np.array([False, False, True]),
        edge=np.array([EDGE[inks.theme], 0, 0], np.float32),
        ink=inks.of["ink"],
        rank=ranks(3),
    )


def ranks(count: int) -> NDArray[np.float32]:
    """Return who covers whom: the same for the same sample in every picture, 0 to 1."""
    golden = np.arange(count, dtype=np.float64) * 0.6180339887498949
    return (golden % 1).astype(np.float32)


def _ranks(is_named: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return who covers whom: what people said stands on what is predicted."""
    own = ranks(len(is_named))
    return np.where(is_named, 0.9 + 0.1 * own, 0.9 * own).astype(np.float32)


def speakers(class_of: NDArray[np.int16], annotation: NDArray[np.int16]) -> list[Spoken]:
    """Return the points that say where the name of each class stands, named ones if enough are."""
    found = []
    for index in np.unique(class_of[class_of >= 0]):
        ids = np.flatnonzero(class_of == index)
        named = ids[annotation[ids] == index]
        ids = named if len(named) >= LEAST_SPEAKERS else ids
        if len(ids) >= LEAST_SPEAKERS:
            found.append(Spoken(int(index), ids[:: -(-len(ids) // MOST_SPEAKERS)]))
    return sorted(found, key=lambda each: -len(each.ids))
