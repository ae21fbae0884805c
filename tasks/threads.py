"""How a worker shares the machine with the browser and the app it works for."""

import os
from typing import Final

POLITE: Final = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Environment of a worker, set before PyTorch is imported.

OpenMP's threads spin while they wait for each other. On two busy cores that made a step 10 times
slower and took 4 times the processor time; waiting passively costs nothing that could be measured.
"""


def num_cores() -> int:
    """Return how many cores this process may use, which on a shared machine is not all of them."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
