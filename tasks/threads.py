"""How a worker shares the machine with the browser and the app it works for."""

import os
from typing import Final

POLITE: Final = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Environment of a worker, set before PyTorch is imported.

OpenMP's threads spin while they wait for each other. On two busy cores that made a step 10 times
slower and took 4 times the processor time; waiting passively costs nothing that could be measured.
"""

NICENESS: Final = 10
"""Added to the niceness of a worker that shares its machine with people's browsers."""


def num_cores() -> int:
    """Return how many cores this process may use, which on a shared machine is not all of them."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def give_way() -> None:
    """Let everything else on the machine go first: the browser that shows what is learned, too.

    A fresh page is built while its project is pretrained; on an idle core nothing is lost.
    """
    if hasattr(os, "nice"):
        os.nice(NICENESS)
