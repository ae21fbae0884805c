"""Pin every package pyproject.toml leads to: `python scripts/lock.py` writes the lock files.

A fresh environment is made, pip resolves into it, and what it holds afterwards is the lock. Local
version parts are dropped (2.13.0+cpu becomes 2.13.0), so that each machine takes the build it has
at hand; no file names an address.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
HEADER: Final = "# Written by scripts/lock.py from pyproject.toml; do not edit.\n"


EXTRAS: Final = ("s3", "dev")
"""Each gets a lock of its own, on top of the runtime's."""


def declared() -> tuple[list[str], dict[str, list[str]]]:
    """Return the dependencies of pyproject.toml: (runtime, those of each extra)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project["dependencies"], project["optional-dependencies"]


def installed(python: Path) -> list[str]:
    """Return what the environment of `python` holds as sorted `name==version` lines."""
    shown = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze", "--exclude=pip", "--exclude=setuptools"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    lines = (line.split("+")[0].strip() for line in shown.stdout.splitlines())
    return sorted(canonical(line) for line in lines if "==" in line)


def canonical(line: str) -> str:
    """Return `name==version` with the name as indexes compare it (PEP 503), however it is spelt."""
    name, version = line.split("==")
    return f"{re.sub(r'[-_.]+', '-', name).lower()}=={version}"


def write(path: Path, lines: list[str], header: str = HEADER) -> None:
    """Write one lock file and say how long it is."""
    path.write_text(header + "".join(f"{line}\n" for line in lines))
    sys.stdout.write(f"{path.name}: {len(lines)} packages\n")


def main() -> None:
    """Resolve the runtime, then add each extra on top of it."""
    runtime, extras = declared()
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", *runtime], check=True)
        pinned = installed(python)
        write(ROOT / "requirements.lock", pinned)
        for extra in EXTRAS:  # the later ones may hold what the earlier ones brought
            wanted = [*installed(python), *extras[extra]]
            subprocess.run([python, "-m", "pip", "install", "-q", *wanted], check=True)
            added = [line for line in installed(python) if line not in pinned]
            write(ROOT / f"requirements-{extra}.lock", added, HEADER + "-r requirements.lock\n")


if __name__ == "__main__":
    main()
