"""How a learning rate falls and rises over a run."""

import math
from typing import Final

LEAST_RATE: Final = 0.1
"""Part of the learning rate left at the end of a cosine fall, so that the map comes to rest."""


def falling(done: float) -> float:
    """Return the part of a learning rate that is left when `done`, 0 to 1, is behind: a cosine."""
    return LEAST_RATE + (1 - LEAST_RATE) * (1 + math.cos(math.pi * done)) / 2


def rising(done: float) -> float:
    """Return the part of a learning rate that is reached at `done`, from 0 to 1: a cosine."""
    return LEAST_RATE + (1 - LEAST_RATE) * (1 - math.cos(math.pi * done)) / 2
