"""A second disk, for what must be copied from one to another instead of renamed."""

import os
from pathlib import Path

import pytest

from tests.source import ROOT

PLACES = (Path("/dev/shm"), Path("/var/tmp"), ROOT.parent)
"""Where one may be found; which of them the tests' own folder is on differs."""


def other_disk(folder: Path) -> Path:
    """Return a folder on another disk than this one; skip the test where there is none."""
    own = folder.stat().st_dev
    for place in PLACES:
        if place.is_dir() and place.stat().st_dev != own and os.access(place, os.W_OK):
            return place
    pytest.skip("a second disk is an extra of some machines")
