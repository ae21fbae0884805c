"""What made samples of what people brought, in numbers, so that a new one can be made alike.

It travels with the outline, is kept with the data set and goes out with its networks.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from ml.errors import InvalidInputError
from ml.intake.fitting import BLACK, WHITE, Fit
from ml.intake.records import Options, SoundOptions

MADE_FROM: Final = "made_from"
"""The key that tells which recipe it is; the others are its own."""
SIDE_LIMIT: Final = 4096
"""Longest side of a picture, in pixels."""
MOST_BITS: Final = 16

Recipe = Mapping[str, Any]
"""JSON primitives; empty where nobody knows."""


def of_pictures(fit: Fit) -> Recipe:
    """Return the recipe of encoded pictures: the fields of `Fit`."""
    return {MADE_FROM: "pictures", **asdict(fit)}


def of_recordings(sound: SoundOptions) -> Recipe:
    """Return the recipe of recordings: the fields of `SoundOptions`."""
    return {MADE_FROM: "recordings", **asdict(sound)}


def of_arrays(black: float, white: float) -> Recipe:
    """Return the recipe of arrays that are pictures: which numbers became black and white."""
    return {MADE_FROM: "arrays", "black": float(black), "white": float(white)}


def of_strokes() -> Recipe:
    """Return the recipe of drawings that came as strokes."""
    return {MADE_FROM: "strokes"}


def of_vectors() -> Recipe:
    """Return the recipe of vectors, which are kept as they come."""
    return {MADE_FROM: "vectors"}


def fit_of(recipe: Recipe) -> Fit:
    """Return what every picture becomes, by a recipe of pictures."""
    return Fit(**{name: value for name, value in recipe.items() if name != MADE_FROM})


def sound_of(recipe: Recipe) -> SoundOptions:
    """Return how recordings are cut, by a recipe of recordings."""
    return SoundOptions(**{name: value for name, value in recipe.items() if name != MADE_FROM})


def is_recipe(values: Any) -> bool:
    """Whether what anybody may have written is a recipe as a reader writes it."""
    if not isinstance(values, Mapping):
        return False
    return not values or CHECKS.get(str(values.get(MADE_FROM)), _is_none)(values)


def _is_pictures(values: Recipe) -> bool:
    sides = [values.get("height"), values.get("width")]
    return (
        _has_all(values, of_pictures(Fit(1, 1, 1)))
        and all(type(side) is int and 1 <= side <= SIDE_LIMIT for side in sides)
        and _is_one(values["channels"], (1, 3))
        and _is_one(values["ground"], (BLACK, WHITE))
        and _is_one(values["bits"], range(MOST_BITS + 1))
    )


def _is_recordings(values: Recipe) -> bool:
    sound = {name: value for name, value in values.items() if name != MADE_FROM}
    try:
        Options.from_json({"sound": sound})
    except InvalidInputError:
        return False
    return _has_all(values, of_recordings(SoundOptions())) and None not in sound.values()


def _is_arrays(values: Recipe) -> bool:
    ends = [values.get("black"), values.get("white")]
    return _has_all(values, of_arrays(0, 1)) and all(
        isinstance(end, int | float) and math.isfinite(end) for end in ends
    )


def _is_alone(values: Recipe) -> bool:
    return set(values) == {MADE_FROM}


def _is_none(_: Recipe) -> bool:
    return False


def _has_all(values: Recipe, like: Recipe) -> bool:
    return set(values) == set(like)


def _is_one(value: Any, of: range | tuple[int, ...]) -> bool:
    return type(value) is int and value in of


CHECKS: Final = {
    "pictures": _is_pictures,
    "recordings": _is_recordings,
    "arrays": _is_arrays,
    "strokes": _is_alone,
    "vectors": _is_alone,
}
"""Of each recipe, whether the values are its own."""
