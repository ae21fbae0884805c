"""How much memory a piece of work takes at most."""

import tracemalloc
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def peak_of(work: Callable[[], Result]) -> tuple[int, Result]:
    """Return how many bytes Python and NumPy held at once for a piece of work, and its result."""
    tracemalloc.start()
    try:
        result = work()
        return tracemalloc.get_traced_memory()[1], result
    finally:
        tracemalloc.stop()
