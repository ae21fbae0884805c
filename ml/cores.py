"""The cores of this machine, and parts of a NumPy computation that take several of them at once."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

MOST_AT_ONCE: Final = 4
"""Parts of one computation, whatever the machine has: the app is there for others as well."""

Part = TypeVar("Part")


def num_cores() -> int:
    """Return how many cores this process may use, which on a shared machine is not all of them."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def slices(count: int, at_once: int) -> Iterator[slice]:
    """Yield slices of `count` things, at most so many at once and at least one."""
    at_once = max(1, at_once)
    for start in range(0, count, at_once):
        yield slice(start, start + at_once)


def side_by_side(
    act: Callable[[Part], None], parts: Iterable[Part], pause: Callable[[], None]
) -> None:
    """Do something with each part, with some of them at once, and return when all are done.

    NumPy and SciPy let go of Python's lock while they reckon, so threads are enough.

    Args:
        act: Writes its result where no other part does.
        parts: Taken as they are needed, a few ahead.
        pause: Called between parts, by this thread; may raise.

    Raises:
        Exception: what `parts`, `pause`, or `act` with the first part that failed raised. The parts
            at work have ended by then, and at most those that were ahead were begun.
    """
    at_once = min(MOST_AT_ONCE, num_cores())
    ahead: deque[Future[None]] = deque()
    with ThreadPoolExecutor(at_once, "part") as threads:
        try:
            for part in parts:
                pause()
                ahead.append(threads.submit(act, part))
                if len(ahead) > 2 * at_once:
                    ahead.popleft().result()
            while ahead:
                pause()
                ahead.popleft().result()
        finally:
            for waiting in ahead:
                waiting.cancel()
