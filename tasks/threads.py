"""How a worker shares the machine with the browser and the app it works for."""

import os
from typing import Final

POLITE: Final = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "10000"}
"""Environment of a worker, set before PyTorch is imported.

OpenMP's threads spin while they wait for each other, by default for so long that a step took 10
times as long on two busy cores. Not to spin at all costs half as much again on idle ones: a step
has some sixty such waits. 10,000 turns are about 0.1 ms and as good as either (docs/benchmarks.md).
"""

NICENESS: Final = 10
"""Added to the niceness of a worker that shares its machine with people's browsers."""


def give_way() -> None:
    """Let everything else on the machine go first: the browser that shows what is learned, too.

    A fresh page is built while its project is pretrained; on an idle core nothing is lost.
    """
    if hasattr(os, "nice"):
        os.nice(NICENESS)
