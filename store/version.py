"""Which Lodemap wrote a file."""

import functools
import tomllib
from pathlib import Path
from typing import Final

PYPROJECT: Final = Path(__file__).resolve().parents[1] / "pyproject.toml"


@functools.cache
def lodemap_version() -> str:
    """Return the version of this Lodemap, as pyproject.toml says it."""
    return str(tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["version"])
