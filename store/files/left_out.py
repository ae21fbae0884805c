"""Files that an archive came without by choice: rows name them, and nobody lost them.

Something may still be written under such a name, as when a stopped pretraining goes on and learns
an epoch once more; it is then a file like any other.
"""

from typing import Final

ENDING: Final = ".left-out"
"""Of their names."""


def is_left_out(name: str) -> bool:
    """Whether an artifact of this name that is not there was left out by choice."""
    return name.endswith(ENDING)
