"""What a gesture that says *where* may say: samples moved, pinned and released, classes placed.

Held-out samples measure the network, so they never move: they are left out of the event as saved.
What an answer must tell (how many stayed, whose pins gave way) is saved with the event, so that a
repeated request gets the same answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.maps.codec import pack_ids, unpack_ids
from ml.maps.pins import check_places, pack_targets, unpack_targets
from store.journal.fold import Fold
from store.records import Gesture

MOST_MOVED: Final = 10_000
"""Samples one gesture may move or pin."""
WITH_TARGETS: Final = frozenset({"move", "pin"})
Mask = Callable[[], NDArray[np.bool_]]
"""Gives is_held_out, shape (num_samples,): asked only where it matters, for it may be far away."""


def settle_move(gesture: Gesture, author_id: str, fold: Fold, held_out: Mask) -> Gesture:
    """Return a `move` or `pin` without its held-out samples; its class is checked elsewhere.

    Raises:
        InvalidInputError: when there are too many samples or all are held out, or when targets are
            too few, too many, not finite or too far out.
    """
    ids = unpack_ids(gesture.samples, fold.num_samples)
    if len(ids) > MOST_MOVED:
        raise InvalidInputError(
            f"{len(ids):,} samples are too many to move at once; the limit is {MOST_MOVED:,}. "
            "Select fewer, or place their class."
        )
    targets = unpack_targets(gesture.targets, len(ids), fold.latent_dim)
    is_free = ~np.asarray(held_out()[ids])
    if not is_free.any():
        raise InvalidInputError(
            "Only held-out samples are selected. They measure the network, so they cannot be moved."
        )
    stay = {"num_held_out": int((~is_free).sum())} if not is_free.all() else {}
    told = {**stay, **_overrides(ids[is_free], author_id, fold)}
    return replace(
        gesture,
        samples=pack_ids(ids[is_free], fold.num_samples),
        targets=pack_targets(targets[is_free]),
        values=told,
    )


def is_for_classes(gesture: Gesture) -> bool:
    """Whether a gesture takes away what classes have, so that it needs no samples."""
    return gesture.verb == "release" and gesture.values.get("with_classes") is True


def settle_release(gesture: Gesture, fold: Fold) -> Gesture:
    """Return a `release` of those of its samples that are pinned, and of the classes' places.

    Raises:
        InvalidInputError: when none is, or `with_classes` is neither true nor false.
    """
    if not isinstance(gesture.values.get("with_classes", False), bool):
        raise InvalidInputError("with_classes must be true or false.")
    state = fold.state()
    ids = unpack_ids(gesture.samples, fold.num_samples) if gesture.samples else np.empty(0, int)
    pinned = ids[state.pins.placers(ids) > 0]
    classes = sorted(state.class_places) if is_for_classes(gesture) else []
    if not len(pinned) and not classes:
        raise InvalidInputError("None of these samples is pinned; nothing was changed.")
    values = {"class_indices": classes} if classes else {}
    return replace(gesture, samples=pack_ids(pinned, fold.num_samples), values=values)


def settle_place(values: Mapping[str, Any], latent_dim: int) -> dict[str, Any]:
    """Return where a class should be, as floats.

    Raises:
        InvalidInputError: when the place is not a finite number for each axis of the map.
    """
    place = values.get("place")
    if not isinstance(place, list | tuple) or len(place) != latent_dim or not _are_numbers(place):
        raise InvalidInputError(f"place must hold {latent_dim} numbers, one for each axis.")
    # JSON may carry whole numbers that no float can hold: they count as infinitely far
    floats = [float(each) if abs(each) < 1e300 else float("inf") for each in place]
    check_places(np.array(floats))
    return {"place": floats}


def _are_numbers(values: Sequence[object]) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)


def _overrides(ids: NDArray[np.int64], author_id: str, fold: Fold) -> dict[str, Any]:
    """Return by whom other people's pins were placed that now give way, and how many."""
    placers = fold.state().pins.placers(ids)
    placers, counts = np.unique(placers[placers > 0], return_counts=True)
    found: dict[str, dict[str, Any]] = {}
    for seq, count in zip(placers.tolist(), counts.tolist(), strict=True):
        placer = fold.authors.of(seq)
        if placer.author_id != author_id:
            known = found.setdefault(placer.author_id, {"by": placer.name, "count": 0})
            known["count"] += count
    return {"overrides": list(found.values())} if found else {}
